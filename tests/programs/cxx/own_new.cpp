// own_new.cpp: a program that brings its own operator new and delete gets these, and no others.
// Healthy.
#include <atomic>
#include <cassert>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <thread>

namespace {
std::atomic<int> made, given_back;
}

void *operator new(std::size_t n) {
    made++;
    if (void *p = std::malloc(n)) {
        return p;
    }
    throw std::bad_alloc();
}
void operator delete(void *p) noexcept {
    given_back += p != nullptr;
    std::free(p);
}
void operator delete(void *p, std::size_t) noexcept {
    operator delete(p);
}

int main() {
    int before = made, freed = given_back;
    {
        std::thread t([] { std::make_unique<int>(1); });
        delete[] new char[10];
        std::string text(100, 'x');
        t.join();
    }
    assert(made - before >= 2 && made - before == given_back - freed);
}
