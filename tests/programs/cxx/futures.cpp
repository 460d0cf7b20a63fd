// futures.cpp: std::promise, std::future, std::async, std::packaged_task. Healthy.
#include <cassert>
#include <chrono>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

int square(int n) {
    if (n < 0) {
        throw std::domain_error("negative");
    }
    return n * n;
}

void through_a_promise() {
    std::promise<std::string> promise;
    std::future<std::string> future = promise.get_future();
    std::thread t([&promise] { promise.set_value("a value that is kept on the heap"); });
    assert(future.get().size() == 32 && !future.valid());
    t.join();
}

void broken() {
    std::future<int> future;
    {
        std::promise<int> promise;
        future = promise.get_future();
        assert(future.wait_for(1ms) == std::future_status::timeout);
    }
    bool told = false;
    try {
        future.get();
    } catch (const std::future_error &e) {
        told = e.code() == std::future_errc::broken_promise;
    }
    assert(told);
}

void shared() {
    std::promise<int> promise;
    std::shared_future<int> result = promise.get_future().share();
    std::thread a([result] { assert(result.get() == 7); }), b([result] { result.wait(); });
    promise.set_value(7);
    a.join();
    b.join();
}

void task() {
    std::packaged_task<int(int)> task(square);
    std::future<int> result = task.get_future();
    std::thread t(std::move(task), 5);
    t.join();
    assert(result.wait_for(0s) == std::future_status::ready && result.get() == 25);
}

void at_thread_exit() {
    std::promise<int> promise;
    std::thread t([&promise] { promise.set_value_at_thread_exit(3); });
    assert(promise.get_future().get() == 3);
    t.join();
}

} // namespace

int main() {
    auto eager = std::async(std::launch::async, square, 3);
    auto lazy = std::async(std::launch::deferred, square, 4);
    auto fails = std::async(std::launch::async, square, -1);
    assert(lazy.wait_for(0s) == std::future_status::deferred);
    assert(eager.get() + lazy.get() == 25);
    bool thrown = false;
    try {
        fails.get();
    } catch (const std::domain_error &) {
        thrown = true;
    }
    assert(thrown);
    through_a_promise();
    broken();
    shared();
    task();
    at_thread_exit();
}
