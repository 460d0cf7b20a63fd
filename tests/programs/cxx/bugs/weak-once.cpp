// A flag that several set and one is to win, with a weak compare-and-swap outside of any loop: it
// may fail for nothing, and then nobody has won. Fixed: a strong one.
#include <atomic>
#include <cassert>
#include <thread>

namespace {

std::atomic<bool> taken{false};
std::atomic<int> winners{0};

void race() {
    bool expected = false;
#ifdef FIXED
    winners += taken.compare_exchange_strong(expected, true);
#else
    winners += taken.compare_exchange_weak(expected, true);
#endif
}

} // namespace

int main() {
    std::thread a(race), b(race);
    a.join();
    b.join();
    assert(winners == 1);
}
