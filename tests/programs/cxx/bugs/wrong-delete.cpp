// Two threads race to publish a buffer; the loser gives its own back, as one object, though it is
// an array. Fixed: std::unique_ptr of an array.
#include <atomic>
#include <memory>
#include <thread>

namespace {

std::atomic<char *> buffer{nullptr};

char *get() {
    char *seen = buffer.load();
    if (seen != nullptr) {
        return seen;
    }
#ifdef FIXED
    std::unique_ptr<char[]> own(new char[64]());
#else
    std::unique_ptr<char> own(new char[64]());
#endif
    if (buffer.compare_exchange_strong(seen, own.get())) {
        return own.release();
    }
    return seen;
}

} // namespace

int main() {
    std::thread a([] { get()[0] = 'a'; }), b([] { get()[1] = 'b'; });
    a.join();
    b.join();
    delete[] buffer.load();
}
