// locks.cpp: every mutex, lock and condition variable of the standard library. Healthy.
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

namespace {

using namespace std::chrono_literals;

std::mutex plain, other;
std::recursive_mutex again;
std::timed_mutex timed;
std::recursive_timed_mutex timed_again;
std::shared_mutex shared;
std::shared_timed_mutex shared_timed;
std::condition_variable full;
std::condition_variable_any any;
int balance[2] = {5, 5}, depth, items, tokens;

void move(std::mutex &from, std::mutex &to, int *a, int *b) {
    std::scoped_lock both(from, to);
    --*a;
    ++*b;
}

void move_by_hand(std::mutex &from, std::mutex &to, int *a, int *b) {
    std::unique_lock<std::mutex> one(from, std::defer_lock), two(to, std::defer_lock);
    std::lock(one, two);
    --*a;
    ++*b;
}

void nest(int n) {
    std::lock_guard<std::recursive_mutex> outer(again);
    std::lock_guard<std::recursive_timed_mutex> inner(timed_again);
    if (n > 0) {
        nest(n - 1);
    }
    depth++;
}

void read_and_write() {
    {
        std::shared_lock<std::shared_mutex> reads(shared);
        assert(tokens >= 0);
    }
    std::unique_lock<std::shared_mutex> writes(shared);
    tokens++;
}

bool try_timed() {
    std::unique_lock<std::timed_mutex> l(timed, 1ms);
    if (!l.owns_lock()) {
        return false;
    }
    std::shared_lock<std::shared_timed_mutex> s(shared_timed, 1s);
    return s.owns_lock();
}

void produce() {
    {
        std::lock_guard<std::mutex> l(plain);
        items++;
    }
    full.notify_one();
    std::lock_guard<std::recursive_mutex> l(again);
    depth += 100;
    any.notify_all();
}

void consume() {
    {
        std::unique_lock<std::mutex> l(plain);
        full.wait(l, [] { return items > 0; });
        items--;
    }
    std::unique_lock<std::recursive_mutex> l(again);
    any.wait(l, [] { return depth >= 100; });
}

void times_out() {
    std::mutex m;
    std::condition_variable nobody;
    std::unique_lock<std::mutex> l(m);
    auto before = std::chrono::steady_clock::now();
    assert(!nobody.wait_for(l, 10s, [] { return false; }));
    assert(std::chrono::steady_clock::now() - before >= 10s && l.owns_lock());
    while (nobody.wait_until(l, std::chrono::system_clock::now() + 5ms) !=
           std::cv_status::timeout) {
    }
}

} // namespace

int main() {
    std::thread a([] {
        move(plain, other, &balance[0], &balance[1]);
        nest(2);
        read_and_write();
        produce();
    });
    std::thread b([] {
        move_by_hand(other, plain, &balance[1], &balance[0]);
        nest(1);
        read_and_write();
        (void)try_timed();
    });
    consume();
    a.join();
    b.join();
    assert(balance[0] == 5 && balance[1] == 5 && depth == 105 && tokens == 2);
    assert(plain.try_lock());
    plain.unlock();
    times_out();
}
