# Allowed dependencies between folders. A target that asks for more does not configure, and a source that includes more
# does not compile, because the other headers are not on its include path. tests/architecture checks every pair.

set(POLLUX_MAY_USE_base       "")
set(POLLUX_MAY_USE_tracing    base)
set(POLLUX_MAY_USE_poll       base tracing)
set(POLLUX_MAY_USE_accounts   base tracing poll)
set(POLLUX_MAY_USE_http       base)
set(POLLUX_MAY_USE_engineio   base http)
set(POLLUX_MAY_USE_socketio   base http engineio)
set(POLLUX_MAY_USE_redis      base)
set(POLLUX_MAY_USE_postgres   base)
set(POLLUX_MAY_USE_directory  base tracing poll redis)
set(POLLUX_MAY_USE_queue      base tracing poll redis)
set(POLLUX_MAY_USE_compat     base tracing poll redis queue)
set(POLLUX_MAY_USE_store      base tracing poll accounts postgres)
set(POLLUX_MAY_USE_feed       base tracing poll postgres)
set(POLLUX_MAY_USE_telemetry  base http)
set(POLLUX_MAY_USE_config     base tracing poll http redis postgres telemetry)
set(POLLUX_MAY_USE_lifecycle  base tracing poll http telemetry config)
set(POLLUX_MAY_USE_web        base http)
set(POLLUX_MAY_USE_vote       base tracing poll http telemetry config)
set(POLLUX_MAY_USE_worker     base tracing poll telemetry)
set(POLLUX_MAY_USE_result     base tracing poll http engineio socketio telemetry config)
set(POLLUX_MAY_USE_admin      base tracing poll accounts http telemetry config)
set(POLLUX_MAY_USE_standalone
  base tracing poll accounts http engineio socketio telemetry config lifecycle directory queue store feed web vote worker
  result admin)
set(POLLUX_MAY_USE_seed-data  base http telemetry config lifecycle)
set(POLLUX_MAY_USE_bench      "")
set(POLLUX_FOLDERS
  base tracing poll accounts http engineio socketio redis postgres directory queue compat store feed telemetry config lifecycle web vote worker result admin standalone
  seed-data bench)

# pollux_sees(TARGET NAME …): the target may include the headers of these libraries, as "NAME/header.hpp".
#
# Each library has its own folder on the include path, which contains one link to the library's sources. Include paths are
# not inherited: a target sees only what it names, not what the libraries that it links see.
function(pollux_sees target)
  foreach(name IN LISTS ARGN)
    target_include_directories(${target} PRIVATE ${PROJECT_BINARY_DIR}/include/${name})
  endforeach()
endfunction()

# pollux_library(NAME SOURCES … [USES …] [LINKS …] [LINKS_PRIVATELY …])
#
# The library of one folder. USES: the folders of ours that it includes and links. LINKS: third-party libraries that its
# headers include. LINKS_PRIVATELY: those that only its sources include.
function(pollux_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LINKS;LINKS_PRIVATELY")
  foreach(used IN LISTS arg_USES)
    if(NOT used IN_LIST POLLUX_MAY_USE_${name})
      message(FATAL_ERROR "${name} may not use ${used}: see the table in scripts/cmake/Layers.cmake.")
    endif()
  endforeach()
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include/${name})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/include/${name}/${name} SYMBOLIC)

  add_library(pollux_${name} STATIC ${arg_SOURCES})
  add_library(pollux::${name} ALIAS pollux_${name})
  set_target_properties(pollux_${name} PROPERTIES POLLUX_SEES "${name};${arg_USES}" UNITY_BUILD "${POLLUX_UNITY}")
  pollux_sees(pollux_${name} ${name} ${arg_USES})
  list(TRANSFORM arg_USES PREPEND pollux::)
  target_link_libraries(pollux_${name}
    PUBLIC ${arg_USES} ${arg_LINKS}
    PRIVATE pollux_compiler ${arg_LINKS_PRIVATELY})
endfunction()

# pollux_executable(NAME SOURCES … USES … [LINKS …]): may include what the libraries that it uses may include.
function(pollux_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LINKS")
  add_executable(${name} ${arg_SOURCES})
  list(LENGTH arg_SOURCES sources)
  if(sources GREATER 1)
    set_target_properties(${name} PROPERTIES UNITY_BUILD "${POLLUX_UNITY}")
  endif()
  foreach(used IN LISTS arg_USES)
    get_target_property(seen pollux_${used} POLLUX_SEES)
    pollux_sees(${name} ${seen})
  endforeach()
  list(TRANSFORM arg_USES PREPEND pollux::)
  target_link_libraries(${name} PRIVATE pollux_compiler ${arg_USES} ${arg_LINKS})
endfunction()

# pollux_part(NAME SOURCES … USES … [LINKS …]): the library pollux_NAME of a part of a folder. It sees what the libraries
# that it uses see.
function(pollux_part name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LINKS")
  set(library pollux_${name})
  add_library(${library} STATIC ${arg_SOURCES})
  add_library(pollux::${name} ALIAS ${library})
  set(sees "")
  foreach(used IN LISTS arg_USES)
    get_target_property(seen pollux_${used} POLLUX_SEES)
    list(APPEND sees ${seen})
  endforeach()
  list(REMOVE_DUPLICATES sees)
  set_target_properties(${library} PROPERTIES POLLUX_SEES "${sees}" UNITY_BUILD "${POLLUX_UNITY}")
  pollux_sees(${library} ${sees})
  list(TRANSFORM arg_USES PREPEND pollux::)
  target_link_libraries(${library} PUBLIC ${arg_USES} ${arg_LINKS} PRIVATE pollux_compiler)
endfunction()

# pollux_program(NAME SOURCES … USES …): the program pollux-NAME of main.cpp, and its composition root, SOURCES, as the
# library NAME_program, so that tests can start and stop it in their own process.
function(pollux_program name)
  pollux_part(${name}_program ${ARGN})
  pollux_executable(pollux-${name} SOURCES main.cpp USES ${name}_program)
  pollux_link_revision(pollux-${name})
endfunction()

# Test code compiles in two thirds of the time; the code under test keeps its optimization. At -O1, GCC 12 takes members of an
# empty std::optional for uninitialized ones.
add_library(pollux_test_code INTERFACE)
target_compile_options(pollux_test_code INTERFACE
  $<$<CONFIG:Release>:-O1> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)

# pollux_test_support(NAME SOURCES … USES … [LINKS …]): the sources in the testing/ folder of NAME, as the library
# NAME_testing, which tests of any folder may use.
function(pollux_test_support name)
  if(POLLUX_TESTS)
    pollux_part(${name}_testing ${ARGN})
    target_link_libraries(pollux_${name}_testing PRIVATE pollux_test_code)
  endif()
endfunction()

# pollux_test(NAME SOURCES … USES … [LINKS …] [LABELS …] [ONE_PROCESS]): GoogleTest cases, each a test of CTest. They are one
# test with ONE_PROCESS, because they share a server that takes long to start, and with sanitizers, whose programs take long to
# start.
function(pollux_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ONE_PROCESS" "" "SOURCES;USES;LINKS;LABELS")
  if(NOT POLLUX_TESTS)
    return()
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  pollux_executable(${name}
    SOURCES ${arg_SOURCES}
    USES ${arg_USES}
    LINKS ${arg_LINKS} pollux_test_code GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES UNITY_BUILD "${POLLUX_UNITY_TESTS}")
  if(arg_ONE_PROCESS)
    add_test(NAME ${name} COMMAND ${name})
    # Starts first. It has all cases of the program: on PostgreSQL they take two minutes on two idle cores.
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" COST 100)
  elseif(POLLUX_SANITIZE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
  else()
    gtest_discover_tests(${name}
      DISCOVERY_MODE PRE_TEST
      DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS "${arg_LABELS}")
  endif()

  # unit_tests, conformance_tests and so on build all the programs of a label.
  foreach(label IN LISTS arg_LABELS)
    if(NOT TARGET ${label}_tests)
      add_custom_target(${label}_tests)
    endif()
    add_dependencies(${label}_tests ${name})
  endforeach()
endfunction()
if(POLLUX_TESTS)
  include(GoogleTest)
endif()
