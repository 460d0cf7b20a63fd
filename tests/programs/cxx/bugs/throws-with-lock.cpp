// A queue with a bound refuses by an exception, between lock and unlock. Fixed: std::lock_guard.
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace {

class Queue {
  public:
    void push(int n) {
#ifdef FIXED
        std::lock_guard<std::mutex> hold(guard);
#else
        guard.lock();
#endif
        if (items.size() == 1) {
            throw std::length_error("full");
        }
        items.push_back(n);
#ifndef FIXED
        guard.unlock();
#endif
    }

  private:
    std::mutex guard;
    std::deque<int> items;
};

Queue queue;

void produce(int n) {
    for (int i = 0; i < n; i++) {
        try {
            queue.push(i);
        } catch (const std::length_error &) {
            return;
        }
    }
}

} // namespace

int main() {
    std::thread a(produce, 1), b(produce, 2);
    a.join();
    b.join();
}
