// A registry that is made by whoever asks first, with a flag that is looked at outside of the
// mutex. Fixed: a function-local static, which the language makes once.
#include <cassert>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace {

struct Registry {
    std::map<int, std::string> names{{1, "one"}};
};

#ifdef FIXED
Registry &registry() {
    static Registry all;
    return all;
}
#else
std::mutex guard;
Registry *made;

Registry &registry() {
    if (made == nullptr) {
        std::lock_guard<std::mutex> hold(guard);
        if (made == nullptr) {
            made = new Registry;
        }
    }
    return *made;
}
#endif

} // namespace

int main() {
    std::thread a([] { assert(registry().names.at(1) == "one"); });
    std::thread b([] { assert(registry().names.size() == 1); });
    a.join();
    b.join();
}
