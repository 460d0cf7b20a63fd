// unwinds.cpp: a thread that calls pthread_exit, or is cancelled, is unwound: its destructors run,
// and what catches everything has to throw it on. Healthy.
#include <atomic>
#include <cassert>
#include <chrono>
#include <cxxabi.h>
#include <mutex>
#include <pthread.h>
#include <string>
#include <thread>

namespace {

std::atomic<int> destroyed, passed;
std::mutex guard;

struct Counts {
    std::string text = "something on the heap, which is not to be lost";
    ~Counts() {
        destroyed++;
    }
};

thread_local Counts of_thread;

void leave() {
    Counts counts;
    std::lock_guard<std::mutex> hold(guard);
    pthread_exit(&guard);
}

void *exits(void *) {
    of_thread.text += "!";
    try {
        leave();
    } catch (abi::__forced_unwind &) {
        passed++;
        throw;
    }
    return nullptr;
}

void *is_cancelled(void *) {
    Counts counts;
    for (;;) {
        try {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        } catch (...) {
            passed++;
            throw;
        }
    }
}

} // namespace

int main() {
    pthread_t a, b;
    pthread_create(&a, nullptr, exits, nullptr);
    pthread_create(&b, nullptr, is_cancelled, nullptr);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    pthread_cancel(b);
    void *left = nullptr, *cancelled = nullptr;
    pthread_join(a, &left);
    pthread_join(b, &cancelled);
    assert(left == &guard && cancelled == PTHREAD_CANCELED);
    assert(guard.try_lock());
    guard.unlock();
    assert(passed == 2 || passed == 1); // it may be cancelled before it begins to sleep
    assert(destroyed >= 2);
}
