# snag-config: what find_package(snag) reads in an outside project.
#
# Defines snag::core and the other libraries, and snag_add_target(). Not the build of snag itself.
# The rule that keeps it right: the outside project's compiler must be one that snag can use, checked
# here by the same function as in snag's own build.
include("${CMAKE_CURRENT_LIST_DIR}/SnagCompiler.cmake")
snag_compiler_lack("${CMAKE_C_COMPILER}" snag_lack)
if(snag_lack)
    set(snag_FOUND FALSE)
    set(snag_NOT_FOUND_MESSAGE
        "snag cannot use ${CMAKE_C_COMPILER}: ${snag_lack}; configure with -DCMAKE_C_COMPILER=clang-N")
    return()
endif()
include("${CMAKE_CURRENT_LIST_DIR}/snag-libraries.cmake")
snag_runtime_file("${CMAKE_C_COMPILER}" fuzzer_no_main fuzzer_runtime)
get_target_property(include_dir snag::core INTERFACE_INCLUDE_DIRECTORIES)
set(SNAG_FUZZER_RUNTIME "${fuzzer_runtime}" CACHE INTERNAL "libFuzzer without main")
execute_process(COMMAND "${CMAKE_C_COMPILER}" -print-file-name=libstdc++.a OUTPUT_VARIABLE stdcxx
                OUTPUT_STRIP_TRAILING_WHITESPACE)
set(SNAG_STDCXX "${stdcxx}" CACHE INTERNAL "libstdc++ as an archive, for C++ under test")
set(SNAG_INCLUDE_DIR "${include_dir}" CACHE INTERNAL "public headers")
get_filename_component(wrap_dir "${CMAKE_CURRENT_LIST_DIR}/../../snag" ABSOLUTE)
set(SNAG_WRAP_DIR "${wrap_dir}" CACHE INTERNAL "folder of the linker's --wrap lists")
include("${CMAKE_CURRENT_LIST_DIR}/SnagTarget.cmake")
