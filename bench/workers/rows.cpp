#include "bench/workers/rows.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <string_view>

namespace pollux::bench {
namespace {

// SplitMix64: https://prng.di.unimi.it/splitmix64.c
std::uint64_t mixed(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15U;
  number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31U);
}

void append_word(std::string& command, std::string_view word) {
  command += '$' + std::to_string(word.size()) + "\r\n";
  command.append(word).append("\r\n");
}

}  // namespace

Row row(std::uint64_t number) {
  constexpr std::uint64_t first_millisecond = 1'800'000'000'000;
  std::array<char, 64> digits;
  std::snprintf(digits.data(), digits.size(), "%012" PRIx64 "%016" PRIx64 "%016" PRIx64,
                first_millisecond + number / 64, mixed(2 * number), mixed(2 * number + 1));
  return {.voter = digits.data(), .selection = mixed(~number) % 3 == 0 ? 'b' : 'a'};
}

std::string command_to_queue(const Row& row) {
  std::string command = "*9\r\n";
  for (const std::string_view word : {"XADD", "pollux:votes:0", "*", "poll", "default", "voter"}) {
    append_word(command, word);
  }
  append_word(command, row.voter);
  append_word(command, "selection");
  append_word(command, std::string_view(&row.selection, 1));
  return command;
}

}  // namespace pollux::bench
