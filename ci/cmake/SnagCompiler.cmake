# SnagCompiler: picks the compiler, before project() may guess one.
#
# Not a place for compile flags. The rule that keeps it right: a compiler is taken only when the
# runtimes that snag links (ThreadSanitizer, AddressSanitizer, libFuzzer without main) are files on this
# machine, so a build never gets as far as a link error about them.
#
# CMAKE_C_COMPILER set by the user wins, and is then checked as strictly.

# Under which names the clangs that snag can be built by may be found, the newest first.
set(SNAG_CLANG_NAMES "")
foreach(version RANGE 22 14 -1)
    list(APPEND SNAG_CLANG_NAMES "clang-${version}")
endforeach()

# snag_runtime_file(<clang> <name> <out>): path of compiler-rt's archive <name>, or "" if there is none.
# The file carries the processor in its name, or, with LLVM_ENABLE_PER_TARGET_RUNTIME_DIR, does not.
function(snag_runtime_file clang name out)
    set(${out} "" PARENT_SCOPE)
    execute_process(COMMAND "${clang}" -dumpmachine OUTPUT_VARIABLE machine
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        return()
    endif()
    string(REGEX MATCH "^[^-]+" arch "${machine}")
    foreach(file "libclang_rt.${name}-${arch}.a" "libclang_rt.${name}.a")
        execute_process(COMMAND "${clang}" "-print-file-name=${file}" OUTPUT_VARIABLE path
                        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
        if(IS_ABSOLUTE "${path}" AND EXISTS "${path}")
            set(${out} "${path}" PARENT_SCOPE)
            return()
        endif()
    endforeach()
endfunction()

# snag_compiler_lack(<compiler> <out>): "" if snag can use it, else what is wrong, in a few words.
function(snag_compiler_lack compiler out)
    execute_process(COMMAND "${compiler}" --version OUTPUT_VARIABLE version ERROR_QUIET
                    RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        set(${out} "it does not run" PARENT_SCOPE)
        return()
    endif()
    if(NOT version MATCHES "clang version ([0-9]+)")
        set(${out} "it is not clang" PARENT_SCOPE)
        return()
    endif()
    if(CMAKE_MATCH_1 LESS 14)
        set(${out} "it is clang ${CMAKE_MATCH_1}, older than 14" PARENT_SCOPE)
        return()
    endif()
    foreach(runtime tsan asan fuzzer_no_main)
        snag_runtime_file("${compiler}" ${runtime} path)
        if(path STREQUAL "")
            set(${out} "it has no ${runtime} runtime" PARENT_SCOPE)
            return()
        endif()
    endforeach()
    execute_process(COMMAND "${compiler}" -print-file-name=libstdc++.so OUTPUT_VARIABLE stdcxx
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT IS_ABSOLUTE "${stdcxx}")
        set(${out} "it finds no libstdc++, which libFuzzer needs" PARENT_SCOPE)
        return()
    endif()
    set(${out} "" PARENT_SCOPE)
endfunction()

# snag__pick_cxx(): the C++ compiler beside the C compiler, if there is one.
function(snag__pick_cxx)
    get_filename_component(folder "${CMAKE_C_COMPILER}" DIRECTORY)
    get_filename_component(name "${CMAKE_C_COMPILER}" NAME)
    string(REPLACE "clang" "clang++" name "${name}")
    find_program(found NAMES "${name}" HINTS "${folder}" NO_CACHE)
    if(found AND NOT CMAKE_CXX_COMPILER)
        set(CMAKE_CXX_COMPILER "${found}" CACHE FILEPATH "C++ compiler, picked by snag")
    endif()
endfunction()

function(snag_pick_compiler)
    if(CMAKE_C_COMPILER)
        find_program(given NAMES "${CMAKE_C_COMPILER}" NO_CACHE)
        snag_compiler_lack("${given}" lack)
        if(lack)
            # Each on a line of its own and short, for CMake breaks long ones.
            message(FATAL_ERROR "CMAKE_C_COMPILER=${CMAKE_C_COMPILER}: ${lack}\n"
                                "Run ci/deps, and leave CMAKE_C_COMPILER unset.")
        endif()
        snag__pick_cxx()
        return()
    endif()
    if(DEFINED ENV{CC})
        message(STATUS "CC=$ENV{CC} is not used: snag picks a clang; -DCMAKE_C_COMPILER= overrides")
    endif()
    foreach(name ${SNAG_CLANG_NAMES} clang)
        find_program(candidate NAMES "${name}" NO_CACHE)
        if(candidate)
            snag_compiler_lack("${candidate}" lack)
            if(NOT lack)
                message(STATUS "Compiler: ${candidate}")
                set(CMAKE_C_COMPILER "${candidate}" CACHE FILEPATH "C compiler, picked by snag")
                set(CMAKE_ASM_COMPILER "${candidate}" CACHE FILEPATH "assembler, picked by snag")
                snag__pick_cxx()
                return()
            endif()
            message(STATUS "Not ${candidate}: ${lack}")
        endif()
        unset(candidate)
    endforeach()
    message(FATAL_ERROR "no clang >= 14 with TSan, ASan and libFuzzer runtimes; run ci/deps")
endfunction()
