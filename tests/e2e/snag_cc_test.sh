#!/bin/bash
# snag-cc in place of the compiler: every way to compile and link, what it leaves out, what it refuses and how.
# Not about what is found in what it built. The rule: each program run as it is prints what it would print anyway.
. "$(dirname "$0")/lib.sh"

cc=$SNAG_BUILD/snag-cc
cxx=$SNAG_BUILD/snag-c++
mkdir include other
cat >main.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include "count.h"
static void *work(void *argument) {
    for (int i = 0; i < COUNT; i++)
        count_up(argument);
    return NULL;
}
int main(void) {
    pthread_t thread;
    int count = 0;
    pthread_create(&thread, NULL, work, &count);
    pthread_join(thread, NULL);
    printf("counted %d\n", count);
    return 0;
}
END
cat >include/count.h <<'END'
#ifndef COUNT
#define COUNT 3
#endif
void count_up(int *count);
END
cat >other/count.c <<'END'
#include "count.h"
static int calls;
void count_up(int *count) {
    calls++;
    ++*count;
}
END
cat >twice.s <<'END'
    .globl twice
twice:
    ret
    .section .note.GNU-stack,"",@progbits
END
sed 's/^    .globl/#define NAME twice\n    .globl/' twice.s >with_macro.S

# links NAME OUTPUT WORD…: the command succeeds, and what it links runs.
links() {
    local name=$1 program=$2
    shift 2
    rm -f prog prog.*
    check "$name" "$@"
    check "$name: runs" expect_status 0 "./$program"
    check "$name: as it is" expect_out '^counted 3$'
}
links "sources, compiled and linked" prog "$cc" -Iinclude main.c other/count.c -o prog -lpthread
check "tsan beside it" test -x prog.tsan
check "nothing else" test ! -e prog.fast -a ! -e prog.asan -a ! -e main.o
check "that runs, too" expect_status 0 ./prog.tsan
links "without -o" a.out "$cc" -Iinclude main.c other/count.c
check "-c alone" "$cc" -c -Iinclude main.c
check "-c -o" "$cc" -c -Iinclude -o other/count.o other/count.c
links "objects" prog "$cc" main.o other/count.o -o prog
check "an archive is made of what it compiled" ar rc other/libcount.a other/count.o
links "an archive by path" prog "$cc" main.o other/libcount.a -oprog
links "by -L and -l" prog "$cc" main.o -Lother -lcount -o prog
links "by -L and -l as words of their own" prog "$cc" main.o -L other -l count -o prog
links "by -l:" prog "$cc" main.o -Lother -l:libcount.a -o prog
links "a source with objects" prog "$cc" -Iinclude main.c other/count.o -o prog
links "from standard input" prog bash -c "$(printf '%q' "$cc") -Iinclude -x c - -x none other/count.o -o prog <main.c"
links "assembly" prog "$cc" -Iinclude main.c other/count.c twice.s -o prog
links "assembly with macros" prog "$cc" -Iinclude main.c other/count.c with_macro.S -o prog
printf '%s\n' '-Iinclude "main.c"' "other/count.c -o prog '-DNAME=\"a b\"'" >words
links "words from a file" prog "$cc" @words
links "every usual option" prog "$cc" -O3 -g3 -s -pipe -fPIC -pie -flto=auto -static -march=native -pthread -std=gnu99 \
    -Wall -D_FORTIFY_SOURCE=2 -fstack-protector-strong -Wl,-z,relro -Wl,--gc-sections -ffunction-sections \
    -fdata-sections -fsanitize=thread -fuse-ld=bfd -Wl,--as-needed -rdynamic -Iinclude main.c other/count.c -o prog -lm -ldl
check "-MD with everything at once" "$cc" -MD -Iinclude main.c other/count.c -o prog
check "the dependencies lie where they always do" grep -q '^main.o: main.c ' main.d
check "and are all there" grep -q 'include/count.h' main.d
check "of each source" test -s count.d

check "a program of that name" expect_json '.target == "prog" and .flavour == "fast"' env SNAG_RUNNER=1 ./prog info
check "and of that flavour" expect_json '.flavour == "tsan"' env SNAG_RUNNER=1 ./prog.tsan info
check "globals of an archive lie between the markers" bash -c \
    "nm prog | sort | sed -n '/snag__bss_begin/,/snag__bss_end/p' | grep -q ' calls$'"

# Flavours.
links "asan from sources" prog "$cc" --flavour asan -fsanitize=address -Iinclude main.c other/count.c -o prog
check "that is what it is" expect_json '.flavour == "asan"' env SNAG_RUNNER=1 ./prog info
check "and nothing beside it" test ! -e prog.tsan
check "by the variable, in two steps" env SNAG_FLAVOUR=asan "$cc" -c -Iinclude -o asan.o main.c
check "its objects do not mix" expect_status 1 "$cc" asan.o other/count.o -o mixed
check "and it says so in one line" expect_lines "$ERR" 1
check "with what to do" expect_err '^snag-cc: asan.o was compiled for asan; link with --flavour asan'
check "nor the other way round" expect_status 1 "$cc" --flavour=asan asan.o other/libcount.a -o mixed
check "with the member's name" expect_err '^snag-cc: other/libcount.a\(count.o\) was compiled for fast and tsan; for asan, compile'
check "nothing was linked" test ! -e mixed
links "all flavours from sources" prog "$cc" --flavour fast,tsan,asan -Iinclude main.c other/count.c -o prog
check "each lies beside the first" test -x prog.tsan -a -x prog.asan
check "not objects for both at once" expect_status 1 "$cc" --flavour fast,asan -c -Iinclude main.c
check "that are compiled apart" expect_err 'objects for asan are compiled apart from the others'
check "no such flavour" expect_status 1 env SNAG_FLAVOUR=slow "$cc" main.o -o prog
check "it says which there are" expect_err "^snag-cc: no flavour 'slow'; there are: fast, tsan, asan"

cat >late.c <<'END'
#include <pthread.h>
#include <stdlib.h>
static int *shared;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *use(void *unused) {
    pthread_mutex_lock(&lock);
    int *mine = shared;
    pthread_mutex_unlock(&lock);
    if (mine != NULL)
        *mine += 1;
    return unused;
}
int main(void) {
    pthread_t thread;
    shared = calloc(1, sizeof *shared);
    pthread_create(&thread, NULL, use, NULL);
    pthread_mutex_lock(&lock);
    free(shared);
    shared = NULL;
    pthread_mutex_unlock(&lock);
    return pthread_join(thread, NULL);
}
END
check "a memory error" "$cc" --flavour fast,asan late.c -o late
check "as it is, seldom seen" ./late
check "is found in asan" expect_status 1 "$SNAG" explore ./late -f asan -n 1000
check "by its name" expect_out '^ 1 use-after-free '

# Objects of another compiler.
check "another compiler" gcc -c -Iinclude other/count.c -o foreign.o
links "its objects" prog "$cc" main.o foreign.o -o prog

# C++.
cat >main.cpp <<'END'
#include <cstdio>
#include <string>
#include <vector>
int main() {
    std::vector<std::string> v(3, "x");
    std::printf("counted %zu\n", v.size());
}
END
links "C++" prog "$cxx" -std=c++17 main.cpp -o prog
check "a C++ object" "$cxx" -c main.cpp -o cxx.o
links "linked by name of the library" prog "$cc" cxx.o -lstdc++ -o prog
links "linked as C++" prog "$cxx" cxx.o foreign.o -o prog

# What configure asks.
for word in --version -dumpmachine -dumpversion -print-search-dirs -print-prog-name=ld -v; do
    "$SNAG_CC" $word >wanted 2>&1
    check "$word is answered" bash -c "$(printf '%q' "$cc") $word >got 2>&1"
    check "as the compiler does" cmp got wanted
done
check "-E" expect_status 0 "$cc" -E -Iinclude main.c
check "preprocesses" expect_out 'void count_up\('
check "-E of standard input" bash -c "echo 'int a = __LINE__;' | $(printf '%q' "$cc") -E - | grep -q 'int a = 1;'"
check "-M" expect_status 0 "$cc" -M -Iinclude main.c
check "names what it depends on" expect_out 'include/count.h'
check "-S" "$cc" -S -Iinclude main.c -o main.s
check "writes assembly" grep -q '^main:' main.s
check "-###" expect_status 0 "$cc" -### -Iinclude main.c other/count.c -o shown
check "runs nothing" test ! -e shown
check "-r" "$cc" -r main.o foreign.o -o both.o
links "makes one of two" prog "$cc" both.o -o prog
check "an error of the compiler" expect_status 1 "$cc" -Iinclude -DCOUNT=++ main.c -o prog
check "is the compiler's" expect_err 'main.c:.*error:'
check "an error of the linker" expect_status 1 "$cc" main.o -o prog
check "is the linker's" expect_err 'undefined reference to .count_up'
check "no main" expect_status 1 "$cc" foreign.o -o prog
check "is told as ever" expect_err 'undefined reference to .main'
check "nothing is left behind" bash -c '! ls "${TMPDIR:-/tmp}" | grep -q "^snag-cc\.$(id -u)"'

# -v, --help.
check "-v says what it left out" expect_status 0 "$cc" -v -O2 -Iinclude main.c -Lother -lcount -lm -o prog
check "and why" expect_err '^snag-cc: left out -O2: compiled with -O1'
check "and what -l was" expect_err '^snag-cc: -lcount is other/libcount.a$'
check "--help" expect_status 0 "$cc" --help
check "fits a terminal" bash -c "! grep -E '.{81}' $(printf '%q' "$OUT")"

# refuses PATTERN WORD…: one line, exit 1.
refuses() {
    local pattern=$1
    shift
    check "refused: $*" expect_status 1 "$cc" "$@" -o refused
    check "in one line" expect_lines "$ERR" 1
    check "by name" expect_err "^snag-cc: $pattern"
}
refuses '-shared: what a shared library does escapes snag; build a static one \(configure --disable-shared' -shared main.o
refuses '-Wl,-shared: what a shared' -Wl,-shared main.o
refuses '-fsanitize=address: build everything with --flavour asan' -c -fsanitize=address main.c
refuses '-fsanitize=thread: not with --flavour asan' --flavour asan -c -fsanitize=undefined,thread main.c
refuses '-fsanitize=memory: cannot be had' -c -fsanitize=memory main.c
refuses '-fsanitize=fuzzer: brings a main of its own' -fsanitize=fuzzer main.o
refuses '-m32: only what this machine' -m32 main.o
refuses '--target=arm: only what this machine' --target=arm main.o
refuses '-nostdlib: a program without the C library' -nostdlib main.o
refuses '-nostartfiles: the C library starts' -nostartfiles main.o
refuses '-fopenmp: its threads are made inside' -fopenmp -c main.c
refuses '-emit-llvm: snag links objects' -emit-llvm -c main.c
check "refused: half an option" expect_status 1 "$cc" -c main.c -I
check "by name, too" expect_err '^snag-cc: -I: its argument is missing'
check "nothing came of them" test ! -e refused

# As installed.
check "snag installs" cmake --install "$SNAG_BUILD" --prefix "$T/prefix"
cc=$T/prefix/bin/snag-cc
cxx=$T/prefix/bin/snag-c++
links "installed" prog "$cc" -Iinclude main.c other/count.c -o prog
check "no path of the build tree is left" bash -c "! grep -F -e $(printf '%q' "$SNAG_BUILD") -e $(printf '%q' "$SNAG_ROOT") prefix/lib/snag/snag-cc.conf"
links "installed, asan" prog "$cc" --flavour asan -Iinclude main.c other/count.c -o prog
links "installed, C++" prog "$cxx" main.cpp -o prog
check "found by PATH" env PATH="$T/prefix/bin:$PATH" snag-cc -Iinclude main.c other/count.c -o prog
check "explored" expect_status 0 "$T/prefix/bin/snag" explore ./prog -n 200
