# The commit that the programs print with --version, and its date: from the variable POLLUX_REVISION, from git, or from
# revision.txt, in which `git archive` has replaced the placeholders. Never the time of the build, so that the same
# commit gives the same bytes.
#
# Only the programs link the source that has it. A new commit compiles that source and links the programs; all else stays.

# pollux_read_revision(DIRECTORY GIVEN HASH TIME): sets HASH and TIME (seconds since 1970) to those of the sources in
# DIRECTORY; empty if unknown.
function(pollux_read_revision directory given hash time)
  set(revision "${given}")
  if(NOT revision)
    # Not a repository that only contains the folder of an unpacked archive.
    execute_process(COMMAND git -C ${directory} rev-parse --show-toplevel
      OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(top)
      file(REAL_PATH "${top}" top)
    endif()
    file(REAL_PATH "${directory}" real)
    if(top STREQUAL real)
      execute_process(COMMAND git -C ${directory} show --no-patch --format=%H\ %ct HEAD
        OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
  endif()
  if(NOT revision)
    file(READ ${directory}/scripts/cmake/revision.txt revision)
  endif()
  set(${hash} "" PARENT_SCOPE)
  set(${time} "" PARENT_SCOPE)
  if(revision MATCHES "^([0-9a-f]+) ([0-9]+)[\n]?$")
    set(${hash} ${CMAKE_MATCH_1} PARENT_SCOPE)
    set(${time} ${CMAKE_MATCH_2} PARENT_SCOPE)
  elseif(given)
    message(FATAL_ERROR "POLLUX_REVISION must be the hash of a commit and its time in seconds since 1970, such as "
      "\"95aa6b4c1f2e 1795730000\", not \"${given}\".")
  endif()
endfunction()

# As a script, run by the rule below: DIRECTORY, GIVEN, OUTPUT.
if(CMAKE_SCRIPT_MODE_FILE)
  pollux_read_revision(${DIRECTORY} "${GIVEN}" hash time)
  set(text "")
  if(hash)
    string(SUBSTRING ${hash} 0 12 short)
    set(ENV{SOURCE_DATE_EPOCH} ${time})  # the time that string(TIMESTAMP) uses
    string(TIMESTAMP date "%Y-%m-%d" UTC)
    set(text "commit ${short}, ${date}")
  endif()
  file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
// Written by scripts/cmake/Revision.cmake.
#include "telemetry/process.hpp"

std::string_view pollux::telemetry::revision() {
  return "@text@";
}
]])
  return()
endif()

set(POLLUX_REVISION "" CACHE STRING "Commit and its time for --version, such as \"95aa6b4c1f2e 1795730000\"; empty: git's")

# git's log of HEAD changes with each commit and checkout. Without it (no clone), nothing changes.
execute_process(COMMAND git rev-parse --path-format=absolute --git-path logs/HEAD
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE head_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT EXISTS "${head_log}")
  set(head_log "")
endif()

set(revision_source ${PROJECT_BINARY_DIR}/revision.cpp)
add_custom_command(
  OUTPUT ${revision_source}
  COMMAND ${CMAKE_COMMAND} -D DIRECTORY=${PROJECT_SOURCE_DIR} -D GIVEN=${POLLUX_REVISION} -D OUTPUT=${revision_source}
    -P ${CMAKE_CURRENT_LIST_FILE}
  DEPENDS ${CMAKE_CURRENT_LIST_FILE} ${CMAKE_CURRENT_LIST_DIR}/revision.txt ${head_log}
  COMMENT "Reading the commit"
  VERBATIM)

add_library(pollux_revision OBJECT EXCLUDE_FROM_ALL ${revision_source})
pollux_sees(pollux_revision telemetry)
target_link_libraries(pollux_revision PRIVATE pollux_compiler)

# pollux_link_revision(PROGRAM): defines telemetry::revision() in the program.
function(pollux_link_revision program)
  target_link_libraries(${program} PRIVATE pollux_revision)
endfunction()
