# SnagTarget: snag_add_target(), snag_add_test() and snag_add_program(), by which any project adds a
# target, a unit test, or a program.
#
# Not about snag's own libraries: it uses them by the names snag::core, snag::runner, snag::rt_<flavour>
# and snag::marker_*, which the build tree and an installed snag both define. The rule that keeps it right:
# the code under test is compiled once for fast and tsan, and once for asan, and every flavour links its
# objects between the two markers and with nothing else between them (src/exec saves and restores what lies
# there, and must not restore the harness itself).
#
#   snag_add_target(NAME kv/mutex            the target's name; executables are <dir>/kv/mutex.<flavour>
#                   [SPEC spec.c …]          harness side: model, operations; compiled plainly. Left
#                                            out for a scenario (<snag/scenario.h>)
#                   SOURCES mutex.c …        the code under test; compiled instrumented. C++ too, where the
#                                            project has enabled that, with clang
#                   [FLAVOURS fast …]        which executables to build; default: fast tsan asan
#                   [LIBS /usr/lib/…/libx.a] archives that the code under test uses. By path: its globals
#                                            are restored with the rest, its wrapped calls are seen;
#                                            not its accesses, nor the atomics that order them
#                   [OPTIONS -Wno-x …]       further compile options for SOURCES
#                   [INCLUDES dir …])        include directories for SOURCES and SPEC
#
# Executables go to SNAG_TARGET_DIR, by default ${CMAKE_BINARY_DIR}/targets.
#
#   snag_add_test(NAME cache_test            a test with a main of its own that calls snag_check()
#                                            (<snag/scenario.h>); test framework: any
#                 SOURCES test.c cache.c …   the test and the code it tests; all of it instrumented
#                 [FLAVOURS fast …] [LIBS …] [OPTIONS …] [INCLUDES dir …])
#
# Executables cache_test.fast and cache_test.tsan in the current binary folder, each a test of CTest.
#
#   snag_add_program(NAME bank               a program with a main of its own, unmodified: `snag explore
#                    SOURCES bank.c …        ./bank -- 3 4` runs it under many schedules
#                    [FLAVOURS fast …] [LIBS …] [OPTIONS …] [INCLUDES dir …])
#
# Executables bank (the first flavour) and bank.tsan, … (the others) in the current binary folder. Run as
# they are, they are the program itself.

include_guard(GLOBAL)

# Every memory access and atomic calls __tsan_*, in every flavour; coverage feeds libFuzzer. It is of edges
# alone: programs and schedules are mutated by snag, not by what was compared, and stack depth is meaningless
# on fibers. Thread-locals are emulated, so that a vthread has its own. `x = x + 1` keeps its read, and
# volatile accesses are told apart (DESIGN: facts proven by experiment). Nothing of C is inlined, so that the
# functions that name a finding are the same whichever compiler built it. Of C++ all is that may be, so that a
# call which std::mutex and its kin make in a header is named by who uses them. Each pair after SHELL: stays
# together, where CMake would drop a second -mllvm or -Xclang as a duplicate.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    set(snag_sixteen_bytes -mcx16) # else atomics of 16 bytes are calls of libatomic, which nobody sees
endif()
set(SNAG_UNDER_TEST_OPTIONS
    -fsanitize=fuzzer-no-link
    -fno-sanitize-coverage=stack-depth,trace-cmp,indirect-calls
    -femulated-tls
    "SHELL:-mllvm -tsan-instrument-read-before-write=1"
    "SHELL:-mllvm -tsan-distinguish-volatile=1"
    -fno-omit-frame-pointer
    -fno-optimize-sibling-calls
    -fno-common
    -fno-pie
    -U_FORTIFY_SOURCE # its checked functions are not the ones that are wrapped
    -g
    -O1
    ${snag_sixteen_bytes}
    CACHE INTERNAL "how code under test is compiled")
set(SNAG_UNDER_TEST_C_OPTIONS -fno-inline CACHE INTERNAL "how C under test is compiled, besides")
set(SNAG_UNDER_TEST_CXX_OPTIONS -finline-hint-functions "SHELL:-mllvm -inlinehint-threshold=100000"
    CACHE INTERNAL "how C++ under test is compiled, besides")
set(SNAG_UNDER_TEST_tsan_OPTIONS -fsanitize=thread CACHE INTERNAL "the same, for fast and tsan")
# The driver refuses ThreadSanitizer's pass beside AddressSanitizer's, the compiler itself does not. It runs
# first, so that an access is a scheduling point and is checked after it; and atomics are the same events as
# in the other flavours. UBSan's checks call what src/exec/undefined.def lists. Left out are those whose
# access or division goes on to raise the signal that the other flavours report, and that of a C++ object's
# type, which needs more than the minimal runtime.
set(SNAG_UNDER_TEST_asan_OPTIONS
    -fsanitize=address,undefined
    -fno-sanitize=null,integer-divide-by-zero,vptr
    "SHELL:-Xclang -fsanitize=thread"
    "SHELL:-Xclang -fsanitize-minimal-runtime"
    CACHE INTERNAL "the same, for asan")

set(SNAG_FLAVOURS fast tsan asan CACHE INTERNAL "every flavour that can be linked")

# snag_write_wrap_files(<symbols.def> <dir>): writes <dir>/wrap_<flavour>.rsp for each flavour, the linker
# options that interpose each symbol listed as SNAG_SYM(name, all|fast|tsan|asan).
function(snag_write_wrap_files symbols dir)
    foreach(flavour IN LISTS SNAG_FLAVOURS)
        set(${flavour} "")
    endforeach()
    list(JOIN SNAG_FLAVOURS "|" words)
    if(EXISTS "${symbols}")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${symbols}")
        file(STRINGS "${symbols}" lines REGEX "^[ \t]*SNAG_SYM")
        foreach(line IN LISTS lines)
            if(NOT line MATCHES "^[ \t]*SNAG_SYM\\([ \t]*([A-Za-z0-9_]+)[ \t]*,[ \t]*(all|${words})[ \t]*\\)")
                message(FATAL_ERROR "${symbols}: not SNAG_SYM(name, all|${words}): ${line}")
            endif()
            set(symbol "${CMAKE_MATCH_1}")
            set(which "${CMAKE_MATCH_2}")
            foreach(flavour IN LISTS SNAG_FLAVOURS)
                if(which STREQUAL "all" OR which STREQUAL flavour)
                    string(APPEND ${flavour} "-Wl,--wrap=${symbol}\n")
                endif()
            endforeach()
        endforeach()
    endif()
    foreach(flavour IN LISTS SNAG_FLAVOURS)
        # Not rewritten when the same, so that a re-run of CMake does not relink every target.
        file(CONFIGURE OUTPUT "${dir}/wrap_${flavour}.rsp" CONTENT "${${flavour}}" @ONLY)
    endforeach()
endfunction()

# snag_is_cxx(<out> <source>...): is one of them C++?
function(snag_is_cxx out)
    list(FILTER ARGN INCLUDE REGEX "\\.(cc|cpp|cxx|c\\+\\+|C)$")
    if(ARGN)
        set(${out} TRUE PARENT_SCOPE)
    else()
        set(${out} FALSE PARENT_SCOPE)
    endif()
endfunction()

# snag_link_between_markers(<cmake target> <instrumentation> [<library>...]): the target's objects, and after
# them what it uses of the async primitives, and the libraries, behind a marker of their own, stand between the two markers. Link options come before the objects on the command line and
# link libraries after them: hence the opening marker there and the closing one here. Whatever the target
# links as a library afterwards is outside. With IS_CXX set by the caller, libstdc++ follows, as an archive:
# its calls are wrapped, and its globals are restored, but it is no code under test.
function(snag_link_between_markers target instrumentation)
    target_link_options(${target} PRIVATE
        "LINKER:--whole-archive" "$<TARGET_FILE:snag::marker_begin>" "LINKER:--no-whole-archive")
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "$<TARGET_FILE:snag::marker_begin>")
    set(primitives snag::primitives_${instrumentation})
    set(archives ${ARGN})
    if(archives)
        list(PREPEND archives -Wl,--whole-archive "$<TARGET_FILE:snag::marker_archives>" -Wl,--no-whole-archive)
        add_dependencies(${target} snag::marker_archives)
    endif()
    target_link_libraries(${target} PRIVATE
        -Wl,--start-group "$<TARGET_FILE:${primitives}>" ${archives} -Wl,--end-group)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "$<TARGET_FILE:${primitives}>")
    if(IS_CXX)
        snag_link_whole(${target} snag::marker_library)
        target_link_libraries(${target} PRIVATE "${SNAG_STDCXX}")
        target_link_options(${target} PRIVATE "LINKER:--as-needed") # CMake asks for the shared one, too
    endif()
    target_link_libraries(${target} PRIVATE
        -Wl,--whole-archive "$<TARGET_FILE:snag::marker_end>" -Wl,--no-whole-archive)
    add_dependencies(${target} snag::marker_begin snag::marker_end ${primitives})
endfunction()

# snag_link_whole(<cmake target> <static library>...): every object of them, asked for or not.
function(snag_link_whole target)
    foreach(library IN LISTS ARGN)
        target_link_libraries(${target} PRIVATE
            -Wl,--whole-archive "$<TARGET_FILE:${library}>" -Wl,--no-whole-archive)
        add_dependencies(${target} ${library})
    endforeach()
endfunction()

# snag_link_runtime(<cmake target> <flavour>): what every executable with a runtime inside it needs,
# whether a fuzz target or a unit test. jemalloc, libdw and the rest are linked as shared libraries on
# purpose: the calls to pthread_* inside a static archive would be redirected by --wrap as well.
function(snag_link_runtime target flavour)
    # Bound now: the first call of a library function would otherwise use kilobytes of a fiber's stack
    # that no other call uses. The relocations stay, so that the executable can tell which functions its
    # code under test calls (src/exec/unmodelled.c).
    target_link_options(${target} PRIVATE -no-pie "LINKER:-z,now" "LINKER:--emit-relocs" "@${SNAG_WRAP_DIR}/wrap_${flavour}.rsp")
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS
                 "${SNAG_WRAP_DIR}/wrap_${flavour}.rsp")
    # A weak reference, as <snag/annotate.h> and <snag/coroutine.h> have them, takes nothing out of an archive.
    target_link_options(${target} PRIVATE
        "LINKER:--undefined=snag__annotate,--undefined=snag__annotate_name,--undefined=snag__task_says")
    set(heap "")
    if(flavour STREQUAL "tsan")
        target_link_options(${target} PRIVATE -fsanitize=thread)
    elseif(flavour STREQUAL "asan")
        target_link_options(${target} PRIVATE -fsanitize=address)
    else()
        set(heap -ljemalloc)
    endif()
    set(stdcxx -lstdc++)
    if(IS_CXX)
        set(stdcxx "${SNAG_STDCXX}")
    endif()
    snag_link_whole(${target} snag::rt_${flavour})
    target_link_libraries(${target} PRIVATE
        -Wl,--start-group "$<TARGET_FILE:snag::core>" "${SNAG_FUZZER_RUNTIME}" ${stdcxx} -Wl,--end-group
        ${heap} -ldw -lelf -lcjson -lxxhash -lm -lpthread -ldl)
    add_dependencies(${target} snag::core)
endfunction()

# snag_instrumentation(<flavour> <out>): which instrumentation it links: asan, or the tsan of all others.
function(snag_instrumentation flavour out)
    if(flavour STREQUAL "asan")
        set(${out} asan PARENT_SCOPE)
    else()
        set(${out} tsan PARENT_SCOPE)
    endif()
endfunction()

# snag_compile_under_test(<cmake target> <instrumentation> [<option>...]): its sources are code under test.
function(snag_compile_under_test target instrumentation)
    set(of_language "")
    foreach(language IN ITEMS C CXX)
        foreach(option IN LISTS SNAG_UNDER_TEST_${language}_OPTIONS)
            list(APPEND of_language "$<$<COMPILE_LANGUAGE:${language}>:${option}>")
        endforeach()
    endforeach()
    target_compile_options(${target} PRIVATE
        ${SNAG_UNDER_TEST_OPTIONS} ${SNAG_UNDER_TEST_${instrumentation}_OPTIONS}
        ${of_language}
        "SHELL:-include \"${SNAG_INCLUDE_DIR}/snag/under_test.h\"" ${ARGN})
    set_target_properties(${target} PROPERTIES
        C_STANDARD 11 C_EXTENSIONS ON CXX_STANDARD 17 CXX_EXTENSIONS ON POSITION_INDEPENDENT_CODE OFF)
endfunction()

# snag__add_flavour(<id> <name> <flavour> <path> <kind>): one executable. <kind>: target, test or program.
function(snag__add_flavour id name flavour path kind)
    set(is_test false)
    set(is_program false)
    set(is_${kind} true)
    list(JOIN ARG_LIBS "\\n" plain)
    # Says in the executable which target and flavour it is; whoever needs to know declares these five.
    set(info "${CMAKE_CURRENT_BINARY_DIR}/${id}-${flavour}-info.c")
    file(CONFIGURE OUTPUT "${info}" @ONLY CONTENT
"/* Written by SnagTarget.cmake: which target and flavour this executable is. */
#include <stdbool.h>
extern const char snag__target_own_name[];
extern const char snag__target_flavour[];
extern const bool snag__is_test;
extern const bool snag__is_program;
extern const char snag__not_instrumented[];
const char snag__target_own_name[] = \"${name}\";
const char snag__target_flavour[] = \"${flavour}\";
const bool snag__is_test = ${is_test};
const bool snag__is_program = ${is_program};
const char snag__not_instrumented[] = \"${plain}\";
")
    set(exe ${id}-${flavour})
    snag_is_cxx(IS_CXX ${ARG_SOURCES})
    snag_instrumentation(${flavour} instrumentation)
    add_executable(${exe} "${info}" $<TARGET_OBJECTS:${id}-under-test-${instrumentation}>)
    get_filename_component(folder "${path}" DIRECTORY)
    get_filename_component(base "${path}" NAME)
    set_target_properties(${exe} PROPERTIES
        OUTPUT_NAME "${base}"
        RUNTIME_OUTPUT_DIRECTORY "${folder}"
        LINKER_LANGUAGE C)
    snag_link_between_markers(${exe} ${instrumentation} ${ARG_LIBS})
    if(TARGET ${id}-spec)
        snag_link_whole(${exe} ${id}-spec snag::marker_spec)
    endif()
    snag_link_whole(${exe} snag::runner)
    if(is_target)
        snag_link_whole(${exe} snag::runner_main)
    elseif(is_program)
        snag_link_whole(${exe} snag::runner_program)
        target_link_options(${exe} PRIVATE "LINKER:--wrap=main")
    endif()
    snag_link_runtime(${exe} ${flavour})
endfunction()

# snag__under_test(<id>): the objects of SOURCES, and FLAVOURS checked. For the two functions below.
macro(snag__under_test id)
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "${CMAKE_CURRENT_FUNCTION}: unknown: ${ARG_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT ARG_SOURCES)
        message(FATAL_ERROR "${CMAKE_CURRENT_FUNCTION}(${ARG_NAME}): SOURCES are required")
    endif()
    if(NOT ARG_FLAVOURS)
        set(ARG_FLAVOURS ${SNAG_FLAVOURS})
    endif()
    set(includes "${CMAKE_CURRENT_SOURCE_DIR}" ${SNAG_INCLUDE_DIR} ${ARG_INCLUDES})
    foreach(flavour IN LISTS ARG_FLAVOURS)
        if(NOT flavour IN_LIST SNAG_FLAVOURS)
            list(JOIN SNAG_FLAVOURS ", " known)
            message(FATAL_ERROR "${CMAKE_CURRENT_FUNCTION}(${ARG_NAME}): no flavour '${flavour}'; ${known}")
        endif()
        snag_instrumentation(${flavour} instrumentation)
        set(objects ${id}-under-test-${instrumentation})
        if(NOT TARGET ${objects})
            add_library(${objects} OBJECT ${ARG_SOURCES})
            snag_compile_under_test(${objects} ${instrumentation} ${ARG_OPTIONS})
            target_include_directories(${objects} PRIVATE ${includes})
        endif()
    endforeach()
endmacro()

function(snag_add_target)
    cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME"
                          "SPEC;SOURCES;FLAVOURS;LIBS;OPTIONS;INCLUDES")
    if(NOT "${ARG_NAME}" MATCHES "^[A-Za-z0-9_][A-Za-z0-9_/-]*$")
        message(FATAL_ERROR "snag_add_target: NAME is required, as spec/implementation: '${ARG_NAME}'")
    endif()
    if(NOT SNAG_TARGET_DIR)
        set(SNAG_TARGET_DIR "${CMAKE_BINARY_DIR}/targets")
    endif()
    string(REPLACE "/" "-" id "snag-${ARG_NAME}")
    snag__under_test(${id})
    if(ARG_SPEC)
        add_library(${id}-spec STATIC ${ARG_SPEC})
        target_compile_options(${id}-spec PRIVATE -O2 -g -fno-omit-frame-pointer -fno-common)
        set_target_properties(${id}-spec PROPERTIES
            ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/spec" C_STANDARD 11 C_EXTENSIONS ON)
        target_include_directories(${id}-spec PRIVATE ${includes})
    endif()
    foreach(flavour IN LISTS ARG_FLAVOURS)
        snag__add_flavour(${id} "${ARG_NAME}" ${flavour} "${SNAG_TARGET_DIR}/${ARG_NAME}.${flavour}" target)
    endforeach()
endfunction()

function(snag_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "SOURCES;FLAVOURS;LIBS;OPTIONS;INCLUDES")
    if(NOT "${ARG_NAME}" MATCHES "^[A-Za-z0-9_][A-Za-z0-9_-]*$")
        message(FATAL_ERROR "snag_add_test: NAME is required, of letters, digits, - and _: '${ARG_NAME}'")
    endif()
    set(id "snag-test-${ARG_NAME}")
    snag__under_test(${id})
    foreach(flavour IN LISTS ARG_FLAVOURS)
        snag__add_flavour(${id} "${ARG_NAME}" ${flavour}
                          "${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME}.${flavour}" test)
        add_test(NAME ${ARG_NAME}.${flavour} COMMAND ${id}-${flavour})
    endforeach()
endfunction()

function(snag_add_program)
    cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "SOURCES;FLAVOURS;LIBS;OPTIONS;INCLUDES")
    if(NOT "${ARG_NAME}" MATCHES "^[A-Za-z0-9_][A-Za-z0-9_-]*$")
        message(FATAL_ERROR "snag_add_program: NAME is required, of letters, digits, - and _: '${ARG_NAME}'")
    endif()
    set(id "snag-program-${ARG_NAME}")
    snag__under_test(${id})
    foreach(flavour IN LISTS ARG_FLAVOURS)
        set(path "${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME}.${flavour}")
        if(NOT TARGET ${id})
            add_custom_target(${id})
            set(path "${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME}")
        endif()
        snag__add_flavour(${id} "${ARG_NAME}" ${flavour} "${path}" program)
        add_dependencies(${id} ${id}-${flavour})
    endforeach()
endfunction()
