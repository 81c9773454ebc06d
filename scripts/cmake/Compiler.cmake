# How our own code is compiled. Third-party libraries are included as SYSTEM, without warnings.

option(POLLUX_PROGRAMS "Build the programs and their pages, not only the libraries" ON)
option(POLLUX_TESTS "Build the tests" ON)
option(POLLUX_BENCH "Build the load generators of ./dev bench" ON)
set(POLLUX_SANITIZE "" CACHE STRING "Sanitizers to build with, such as address,undefined or thread; fuzzer-no-link adds the fuzz targets (clang)")
option(POLLUX_UNITY "Compile up to eight sources of a library or a program as one, with sanitizers all of them, in a third of the time" OFF)
option(POLLUX_UNITY_TESTS "The same for the sources of a test program" ON)
option(POLLUX_COVERAGE "Record line coverage" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Linked by every target of ours: warnings, hardening, reproducible paths and instrumentation.
add_library(pollux_compiler INTERFACE)
target_compile_options(pollux_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -Wno-missing-field-initializers  # omitted designated initializers use the defaults
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # false positives of GCC 12 on std::string (its bug 105651)
  # A unity build includes the sources, so that GCC takes a private class of one for a class of a header.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${POLLUX_UNITY}>>:-Wno-subobject-linkage>
  # No path of this folder in the programs: the same commit gives the same bytes wherever it is built.
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${PROJECT_BINARY_DIR}/=
  # The hardening that OpenSSF's "Compiler Options Hardening Guide for C and C++" recommends for production code.
  -fstack-protector-strong -fstack-clash-protection
  $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
  $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},aarch64>:-mbranch-protection=standard>)
target_link_options(pollux_compiler INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
if(NOT POLLUX_SANITIZE)
  target_compile_definitions(pollux_compiler INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=3>)
else()
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 0)  # all sources of a target as one
  # Reports need lines, not variables, and lld links in a fifth of the time of ld.
  target_compile_options(pollux_compiler INTERFACE
    -fsanitize=${POLLUX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -gline-tables-only)
  target_link_options(pollux_compiler INTERFACE -fsanitize=${POLLUX_SANITIZE} -fuse-ld=lld)
endif()
if(POLLUX_COVERAGE)
  target_compile_options(pollux_compiler INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(pollux_compiler INTERFACE --coverage)
endif()
