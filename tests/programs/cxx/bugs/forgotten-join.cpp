// A helper thread is joined at the end, but not where an error leaves early. Fixed: a guard that
// joins.
#include <mutex>
#include <thread>

namespace {

std::mutex guard;
int found;

bool search(int wanted) {
    std::lock_guard<std::mutex> hold(guard);
    return found == wanted;
}

#ifdef FIXED
struct Joins {
    std::thread &thread;
    ~Joins() {
        thread.join();
    }
};
#endif

bool look() {
    std::thread helper([] {
        std::lock_guard<std::mutex> hold(guard);
        found = 7;
    });
#ifdef FIXED
    Joins at_end{helper};
#endif
    if (!search(7)) {
        return false;
    }
#ifndef FIXED
    helper.join();
#endif
    return true;
}

} // namespace

int main() {
    (void)look();
}
