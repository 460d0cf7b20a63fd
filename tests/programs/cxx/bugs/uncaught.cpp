// A worker throws where its work ran out, which nobody catches in a thread of its own. Fixed: it
// tells by a future.
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

namespace {

std::atomic<int> left{1};

int take() {
    int n = left--;
    if (n <= 0) {
        throw std::out_of_range("nothing left");
    }
    return n;
}

} // namespace

int main() {
#ifdef FIXED
    auto a = std::async(std::launch::async, take), b = std::async(std::launch::async, take);
    for (auto *each : {&a, &b}) {
        try {
            each->get();
        } catch (const std::out_of_range &) {
        }
    }
#else
    std::thread a([] { take(); });
    std::thread b([] {
        if (left > 0) {
            take();
        }
    });
    a.join();
    b.join();
#endif
}
