// A latch is counted down without its mutex, so that the last notification may come between a
// waiter's look at the count and its wait. Fixed: under the mutex.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace {

class Latch {
  public:
    explicit Latch(int n) : left(n) {}
    void count_down() {
#ifdef FIXED
        std::lock_guard<std::mutex> hold(guard);
#endif
        if (--left == 0) {
            opened.notify_all();
        }
    }
    void wait() {
        std::unique_lock<std::mutex> hold(guard);
        while (left > 0) {
            opened.wait(hold);
        }
    }

  private:
    std::mutex guard;
    std::condition_variable opened;
    std::atomic<int> left;
};

} // namespace

int main() {
    static Latch latch(2); // outlives whoever still notifies
    std::thread a([] { latch.count_down(); }), b([] { latch.count_down(); });
    latch.wait();
    a.join();
    b.join();
}
