// A worker hands out a reference to a buffer of its own, which is gone when the worker is. Fixed: a
// copy.
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace {

thread_local std::string scratch;
std::mutex guard;
std::condition_variable there;
#ifdef FIXED
std::string answer;
#else
std::string_view answer;
#endif

void work() {
    scratch = "an answer that is too long to be kept in the string itself";
    std::lock_guard<std::mutex> hold(guard);
    answer = scratch;
    there.notify_one();
}

} // namespace

int main() {
    std::thread worker(work);
    {
        std::unique_lock<std::mutex> hold(guard);
        there.wait(hold, [] { return !answer.empty(); });
    }
    assert(answer[0] == 'a');
    worker.join();
}
