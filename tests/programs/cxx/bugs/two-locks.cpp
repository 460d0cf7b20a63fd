// Two accounts exchange money, each transfer locking its own account first. Fixed:
// std::scoped_lock, which takes both or none.
#include <cassert>
#include <mutex>
#include <thread>

namespace bank {

struct Account {
    std::mutex guard;
    int balance = 100;
};

void transfer(Account &from, Account &to, int amount) {
#ifdef FIXED
    std::scoped_lock both(from.guard, to.guard);
#else
    std::unique_lock<std::mutex> one(from.guard);
    std::unique_lock<std::mutex> two(to.guard);
#endif
    from.balance -= amount;
    to.balance += amount;
}

} // namespace bank

int main() {
    bank::Account a, b;
    std::thread there([&] { bank::transfer(a, b, 10); });
    std::thread back([&] { bank::transfer(b, a, 20); });
    there.join();
    back.join();
    assert(a.balance == 110 && b.balance == 90);
}
