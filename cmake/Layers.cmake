# Who may use whom. This table is the law of the tree: a target that asks for more does not configure, and a
# source that includes more does not compile, because its include path holds only what it may see.
# tests/architecture tries every forbidden pair.

set(POLLUX_MAY_USE_base       "")
set(POLLUX_MAY_USE_poll       base)
set(POLLUX_MAY_USE_http       base)
set(POLLUX_MAY_USE_engineio   base http)
set(POLLUX_MAY_USE_socketio   base http engineio)
set(POLLUX_MAY_USE_queue      base poll)
set(POLLUX_MAY_USE_store      base poll)
set(POLLUX_MAY_USE_feed       base poll)
set(POLLUX_MAY_USE_service    base http)
set(POLLUX_MAY_USE_web        base http)
set(POLLUX_MAY_USE_vote       base poll http service)
set(POLLUX_MAY_USE_worker     base poll service)
set(POLLUX_MAY_USE_result     base poll http engineio socketio service)
set(POLLUX_MAY_USE_standalone
  base poll http engineio socketio service queue store feed web vote worker result)
set(POLLUX_FOLDERS
  base poll http engineio socketio queue store feed service web vote worker result standalone)

# pollux_library(NAME SOURCES … [USES …] [USES_PRIVATELY …] [LINKS …] [LINKS_PRIVATELY …])
#
# The library of one folder. Its headers are included as "NAME/header.hpp". USES names the folders whose headers
# appear in this folder's own headers, USES_PRIVATELY those that only its sources need; LINKS and
# LINKS_PRIVATELY are the same for libraries of others.
function(pollux_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;USES_PRIVATELY;LINKS;LINKS_PRIVATELY")
  foreach(used IN LISTS arg_USES arg_USES_PRIVATELY)
    if(NOT used IN_LIST POLLUX_MAY_USE_${name})
      message(FATAL_ERROR "${name} may not use ${used}: see the table in cmake/Layers.cmake.")
    endif()
  endforeach()

  # A folder of its own for each library on the include path, so that it leads to this library alone.
  set(include_dir ${PROJECT_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${include_dir})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${include_dir}/${name} SYMBOLIC)

  add_library(pollux_${name} STATIC ${arg_SOURCES})
  add_library(pollux::${name} ALIAS pollux_${name})
  target_include_directories(pollux_${name} PUBLIC ${include_dir})
  list(TRANSFORM arg_USES PREPEND pollux::)
  list(TRANSFORM arg_USES_PRIVATELY PREPEND pollux::)
  target_link_libraries(pollux_${name}
    PUBLIC ${arg_USES} ${arg_LINKS}
    PRIVATE pollux_compiler ${arg_USES_PRIVATELY} ${arg_LINKS_PRIVATELY})
endfunction()

# pollux_program(NAME SOURCES … USES …): a program in bin/, from a folder's composition root.
function(pollux_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LINKS")
  add_executable(${name} ${arg_SOURCES})
  list(TRANSFORM arg_USES PREPEND pollux::)
  target_link_libraries(${name} PRIVATE pollux_compiler ${arg_USES} ${arg_LINKS})
endfunction()

# pollux_test(NAME SOURCES … USES … [LABELS …]): GoogleTest cases, each a test of CTest. A folder's own tests see
# what the folder sees.
function(pollux_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LINKS;LABELS")
  if(NOT POLLUX_TESTS)
    return()
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  list(TRANSFORM arg_USES PREPEND pollux::)
  target_link_libraries(${name} PRIVATE pollux_compiler ${arg_USES} ${arg_LINKS} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 120)

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
