// A pool of one thread runs a task that waits for another task of the same pool. Fixed: it runs
// what is queued while it waits.
#include <cassert>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

namespace {

class Pool {
  public:
    Pool() : worker([this] { run(); }) {}
    ~Pool() {
        submit(nullptr);
        worker.join();
    }
    std::future<int> ask(std::function<int()> work) {
        auto task = std::make_shared<std::packaged_task<int()>>(std::move(work));
        submit([task] { (*task)(); });
        return task->get_future();
    }
    int wait(std::future<int> &result) {
#ifdef FIXED
        while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
            next()();
        }
#endif
        return result.get();
    }

  private:
    void submit(std::function<void()> job) {
        std::lock_guard<std::mutex> hold(guard);
        jobs.push_back(std::move(job));
        some.notify_one();
    }
    std::function<void()> next() {
        std::unique_lock<std::mutex> hold(guard);
        some.wait(hold, [this] { return !jobs.empty(); });
        auto job = std::move(jobs.front());
        jobs.pop_front();
        return job;
    }
    void run() {
        while (auto job = next()) {
            job();
        }
    }
    std::mutex guard;
    std::condition_variable some;
    std::deque<std::function<void()>> jobs;
    std::thread worker;
};

} // namespace

int main() {
    Pool pool;
    auto outer = pool.ask([&pool] {
        auto inner = pool.ask([] { return 20; });
        return pool.wait(inner) + 1;
    });
    assert(outer.get() == 21);
}
