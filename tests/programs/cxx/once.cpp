// once.cpp: what happens once: std::call_once, function-local statics, also when they throw.
// Healthy.
#include <cassert>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

std::once_flag flag, flag_throws;
int called, tried, built, built_tried;

struct Registry {
    Registry() : name("the one and only, longer than what fits into a string") {
        built++;
    }
    std::string name;
    int uses = 0;
};

Registry &registry() {
    static Registry one;
    return one;
}

struct Fails {
    Fails() {
        if (++built_tried == 1) {
            throw std::runtime_error("not yet");
        }
    }
};

Fails &fails() {
    static Fails one;
    return one;
}

int nested() {
    static int inner = static_cast<int>(registry().name.size());
    return inner;
}

void work() {
    std::call_once(
        flag, [](int n) { called += n; }, 3);
    assert(called == 3);
    assert(nested() == 53 && registry().name[0] == 't');
    try {
        std::call_once(flag_throws, [] {
            if (++tried == 1) {
                throw std::logic_error("first");
            }
        });
    } catch (const std::logic_error &e) {
        assert(e.what() == std::string("first"));
    }
    try {
        fails();
    } catch (const std::runtime_error &) {
    }
}

} // namespace

int main() {
    std::thread a(work), b(work);
    work();
    a.join();
    b.join();
    assert(built == 1 && tried == 2 && built_tried == 2);
}
