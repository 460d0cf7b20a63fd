// threads.cpp: std::thread, std::this_thread and std::atomic, as the standard has them. Healthy.
#include <atomic>
#include <cassert>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace {

std::atomic<int> started, left;
std::atomic_flag door = ATOMIC_FLAG_INIT;
int behind_door;

void add(int n) {
    started += n;
    while (door.test_and_set(std::memory_order_acquire)) {
        std::this_thread::yield();
    }
    behind_door += n;
    door.clear(std::memory_order_release);
}

void ids_differ() {
    std::thread::id inside;
    std::thread t([&inside] { inside = std::this_thread::get_id(); });
    std::thread::id outside = t.get_id();
    assert(outside != std::this_thread::get_id() && outside != std::thread::id());
    std::thread moved = std::move(t);
    assert(!t.joinable() && moved.joinable() && moved.get_id() == outside);
    moved.join();
    assert(inside == outside && !moved.joinable());
}

void detached_ends() {
    std::thread([] { left.store(1, std::memory_order_release); }).detach();
    while (left.load(std::memory_order_acquire) == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void exchange() {
    std::atomic<long> value{1};
    auto raise = [&value] {
        long seen = value.load(std::memory_order_relaxed);
        while (!value.compare_exchange_weak(seen, seen * 2)) {
        }
    };
    std::thread a(raise), b(raise);
    a.join();
    b.join();
    long want = 5;
    assert(value == 4 && !value.compare_exchange_strong(want, 0) && want == 4);
}

void cannot_join_itself() {
    std::thread t;
    bool thrown = false;
    try {
        t.join();
    } catch (const std::system_error &e) {
        thrown = e.code() == std::errc::invalid_argument;
    }
    assert(thrown);
}

} // namespace

int main() {
    std::vector<std::thread> all;
    for (int i = 1; i <= 3; i++) {
        all.emplace_back(add, i);
    }
    for (auto &t : all) {
        t.join();
    }
    assert(started == 6 && behind_door == 6);
    ids_differ();
    detached_ends();
    exchange();
    cannot_join_itself();
}
