// How many connections and files the process may have open.
#pragma once

#include <cstddef>

namespace pollux {

// Raises the process's own limit (the soft one of RLIMIT_NOFILE, often 1024 for the sake of select(2)) to
// what the system grants it (the hard one), and gives what holds then. At the start of a program, before
// threads.
std::size_t raise_descriptor_limit();

}  // namespace pollux
