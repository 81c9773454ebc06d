// The reference of the workers: the same rows into the same table, with nothing beside it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace pollux::bench {

// Records rows `first` to `first + count`, a batch in each transaction, one after the other. Returns the time
// that took; making the rows is not in it. Throws std::runtime_error with what PostgreSQL said.
std::chrono::nanoseconds bare_upsert(const std::string& url, std::uint64_t first, std::uint64_t count,
                                     std::uint64_t batch);

}  // namespace pollux::bench
