// memory.cpp: operator new and delete in all their forms, smart pointers, containers. Healthy.
#include <atomic>
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <unordered_map>

namespace {

struct alignas(64) Line {
    char bytes[64];
};
struct Node {
    explicit Node(int v) : value(v) {}
    int value;
    std::shared_ptr<Node> next;
    std::weak_ptr<Node> back;
};

std::shared_ptr<Node> head;
std::mutex guard;
std::atomic<int> destroyed;

bool aligned(const void *p, std::uintptr_t to) {
    return reinterpret_cast<std::uintptr_t>(p) % to == 0;
}

void all_forms() {
    delete new int(1);
    delete[] new std::string[3];
    int *one = new (std::nothrow) int;
    assert(one != nullptr);
    operator delete(one, std::nothrow);
    Line *line = new Line, *lines = new Line[2];
    assert(aligned(line, 64) && aligned(lines, 64));
    delete line;
    delete[] lines;
    void *page = operator new(100, std::align_val_t(4096), std::nothrow);
    assert(aligned(page, 4096));
    operator delete(page, std::align_val_t(4096));
    delete static_cast<int *>(nullptr);
    std::free(std::malloc(0));
    bool refused = false;
    try {
        volatile std::size_t much = SIZE_MAX - 100;
        operator delete(operator new(much));
    } catch (const std::bad_alloc &) {
        refused = true;
    }
    assert(refused);
}

void push(int v) {
    auto n = std::make_shared<Node>(v);
    std::lock_guard<std::mutex> l(guard);
    n->next = head;
    if (head) {
        head->back = n;
    }
    head = n;
}

// Counts are shared, and not guarded: they are atomic.
void share() {
    auto shared = std::shared_ptr<int>(new int(5), [](int *p) { destroyed++, delete p; });
    std::weak_ptr<int> weak = shared;
    std::thread t([mine = shared]() mutable {
        assert(*mine == 5);
        mine.reset();
    });
    shared.reset();
    if (auto again = weak.lock()) {
        assert(*again == 5);
    }
    t.join();
    assert(weak.expired() && destroyed == 1);
}

} // namespace

int main() {
    all_forms();
    std::thread a(push, 1), b(push, 2);
    std::unordered_map<std::string, std::unique_ptr<int>> map;
    std::deque<int> queue(10, 3);
    for (const char *k : {"a", "b", "a key that does not fit into a string"}) {
        map[k] = std::make_unique<int>(4);
    }
    a.join();
    b.join();
    share();
    assert(head->next && !head->next->next && head->next->back.lock() == head && map.size() == 3);
    head.reset();
}
