// Votes by number: the same number is the same voter in every run.
#pragma once

#include <cstdint>
#include <string>

namespace pollux::bench {

struct Row {
  std::string voter;  // as the vote service makes them: 12 hexadecimal digits of milliseconds, 32 of chance
  char selection = 'a';
};

// `number` is at most 2^40. Voters come 64 in a millisecond, in the order of their numbers.
Row row(std::uint64_t number);

// XADD of it as the vote service sends it to Redis.
std::string command_to_queue(const Row& row);

}  // namespace pollux::bench
