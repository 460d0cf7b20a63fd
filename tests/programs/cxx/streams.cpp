// streams.cpp: iostreams and locales, whose state is the program's own and as new in every
// execution. Healthy.
#include <cassert>
#include <iomanip>
#include <iostream>
#include <locale>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

namespace {

struct Commas : std::numpunct<char> {
    char do_thousands_sep() const override {
        return '\'';
    }
    std::string do_grouping() const override {
        return "\3";
    }
};

std::mutex guard;
std::ostringstream all;

void say(int n) {
    std::ostringstream own;
    own << std::setw(4) << std::setfill('.') << n;
    std::lock_guard<std::mutex> l(guard);
    all << own.str();
}

} // namespace

int main() {
    assert((std::cout.flags() & std::ios::hex) == 0 && std::locale() == std::locale::classic());
    std::thread a(say, 12), b(say, 34);
    a.join();
    b.join();
    assert(all.str() == "..12..34" || all.str() == "..34..12");
    std::locale::global(std::locale(std::locale(), new Commas));
    std::cout.imbue(std::locale());
    std::istringstream in("1'234'567 x");
    int number = 0;
    in >> number;
    assert(number == 1234567);
    std::cout << std::hex << std::showbase << 1048575 << ' ' << std::boolalpha << true << std::endl;
    std::cerr.setstate(std::ios::badbit);
}
