// lifetimes.cpp: objects with static and thread storage are made and destroyed in order, anew in
// every execution. Healthy.
#include <cassert>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

std::mutex guard;
std::string *journal; // of main's lifetime, and longer

void note(const std::string &text) {
    std::lock_guard<std::mutex> l(guard);
    *journal += text;
}

struct Last { // made first, so destroyed last
    Last() {
        journal = new std::string;
    }
    ~Last() {
        assert(*journal == "main,thread,thread,own,atexit,local,static,");
        delete journal;
    }
} last;

std::map<int, std::string> names = {{1, "one"}, {2, "two, which does not fit into a string"}};
std::vector<int> numbers(100, 7);

struct Tells {
    explicit Tells(const char *t) : text(t) {}
    ~Tells() {
        if (used) {
            note(std::string(text) + ",");
        }
    }
    const char *text;
    bool used = false;
};

Tells first("static");
thread_local Tells own("own");
thread_local std::string scratch = "a string of every thread, on the heap";
thread_local int count = 40;

struct OfThread {
    OfThread() {
        count++;
    }
    ~OfThread() {
        if (uses > 0) { // not main's, which is made with the others and not used
            assert(count == 41 && scratch.size() == 38);
            note("thread,");
        }
    }
    int uses = 0;
};
thread_local OfThread of_thread;

void work(int n) {
    of_thread.uses++;
    scratch += "!";
    std::lock_guard<std::mutex> l(guard);
    names[n] += "some more, so that it is on the heap";
    numbers.insert(numbers.end(), 1000, n);
}

} // namespace

int main() {
    assert(names.size() == 2 && numbers.size() == 100 && journal->empty());
    static Tells local("local");
    local.used = first.used = own.used = true;
    std::atexit([] { note("atexit,"); });
    note("main,");
    std::thread a(work, 2), b(work, 3);
    a.join();
    b.join();
    assert(names.size() == 3 && names[3].size() == 36 && numbers.size() == 2100);
}
