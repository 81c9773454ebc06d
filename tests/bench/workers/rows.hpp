// Votes by number: a number stands for the same voter and selection in every run.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace pollux::bench {

struct Row {
  std::string voter;  // as the vote service makes them: 12 hexadecimal digits of milliseconds, 32 random ones
  char selection = 'a';
};

// `number` is at most 2^40. There are 64 voters per millisecond, in the order of their numbers.
Row row(std::uint64_t number);

// The XADD of the vote service for this row.
std::string command_to_queue(const Row& row);

// The reference for the workers: upserts rows `first` to `first + count` into the same table, one transaction
// per batch, and nothing else. Returns the time in the database; making the rows is not included. Throws
// std::runtime_error with PostgreSQL's message.
std::chrono::nanoseconds bare_upsert(const std::string& url, std::uint64_t first, std::uint64_t count,
                                     std::uint64_t batch);

}  // namespace pollux::bench
