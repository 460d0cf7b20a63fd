// A cache publishes its newest snapshot in a std::shared_ptr, whose count is atomic; the pointer
// itself is not, and readers copy it while the writer assigns it. Fixed: std::atomic_load and
// std::atomic_store.
#include <cassert>
#include <memory>
#include <string>
#include <thread>

namespace {

class Cache {
  public:
    std::shared_ptr<const std::string> get() const {
#ifdef FIXED
        return std::atomic_load(&newest);
#else
        return newest;
#endif
    }
    void put(const std::string &text) {
        auto next = std::make_shared<const std::string>(text);
#ifdef FIXED
        std::atomic_store(&newest, std::shared_ptr<const std::string>(next));
#else
        newest = next;
#endif
    }

  private:
    std::shared_ptr<const std::string> newest = std::make_shared<const std::string>("first");
};

} // namespace

int main() {
    Cache cache;
    std::thread writer([&cache] { cache.put("second"); });
    std::thread reader([&cache] { assert(!cache.get()->empty()); });
    writer.join();
    reader.join();
}
