// exceptions.cpp: exceptions of several threads at once, each handling its own; unwinding gives
// locks back. Healthy.
#include <atomic>
#include <cassert>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

std::mutex lock, other;
std::exception_ptr carried;
std::atomic<int> alive;
int balance = 10;

struct Counted {
    Counted() {
        alive++;
    }
    ~Counted() {
        alive--;
    }
};

// Switches to others, if the scheduler likes to.
void turn() {
    std::lock_guard<std::mutex> l(other);
}

void withdraw(int n) {
    std::lock_guard<std::mutex> l(lock);
    Counted c;
    turn();
    if (n > balance) {
        throw std::runtime_error("no more than " + std::to_string(balance));
    }
    balance -= n;
}

void nested(int mine) {
    try {
        try {
            withdraw(100);
        } catch (const std::runtime_error &e) {
            turn();
            assert(std::string(e.what()).compare(0, 13, "no more than ") == 0);
            assert(std::uncaught_exceptions() == 0);
            try {
                turn();
                throw mine;
            } catch (int inner) {
                turn();
                assert(inner == mine);
            }
            turn();
            throw;
        }
    } catch (const std::exception &e) {
        turn();
        assert(dynamic_cast<const std::runtime_error *>(&e) != nullptr);
        if (mine == 1) {
            carried = std::current_exception();
        }
    }
    assert(!std::current_exception());
}

struct Looks {
    ~Looks() {
        turn();
        assert(std::uncaught_exceptions() == 1);
    }
};

void unwinds() {
    try {
        Looks looks;
        throw 1;
    } catch (...) {
        turn();
    }
}

} // namespace

int main() {
    std::thread a([] { nested(1); }), b([] {
        nested(2);
        unwinds();
    });
    unwinds();
    withdraw(3);
    a.join();
    b.join();
    bool caught = false;
    try {
        std::rethrow_exception(carried);
    } catch (const std::runtime_error &) {
        caught = true;
    }
    assert(caught && alive == 0 && balance == 7);
    carried = nullptr;
}
