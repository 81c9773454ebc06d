#!/usr/bin/env bash
# forbidden_use_does_not_configure.sh CMAKE LAYERS_FOLDER WORK_FOLDER
#
# A library that uses more than the table allows does not configure, and the message says so; one that uses what is
# allowed does.
set -euo pipefail
cmake=$1 layers=$2 work=$3

# configures LIBRARY USED: succeeds if a project of these two libraries configures; messages are in $work/messages.
configures() {
  rm -rf "$work"
  mkdir -p "$work"
  : >"$work/empty.cpp"
  cat >"$work/CMakeLists.txt" <<PROJECT
cmake_minimum_required(VERSION 3.25)
project(law LANGUAGES CXX)
include($layers/Layers.cmake)
add_library(pollux_compiler INTERFACE)
pollux_library($2 SOURCES empty.cpp)
pollux_library($1 SOURCES empty.cpp USES $2)
PROJECT
  "$cmake" -G Ninja -S "$work" -B "$work/build" >"$work/messages" 2>&1
}

if configures base poll; then
  echo "FAULT: base used poll and was configured."
  exit 1
fi
if ! grep -q 'base may not use poll' "$work/messages"; then
  echo "FAULT: configuring failed, but not because base may not use poll:"
  cat "$work/messages"
  exit 1
fi
if ! configures poll base; then
  echo "FAULT: poll may use base, yet it did not configure:"
  cat "$work/messages"
  exit 1
fi
echo "base may not use poll and does not configure with it; poll may use base and does."
