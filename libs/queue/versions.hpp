// Versions of votes as ids of stream entries ("1526919030474-55"), and the clock that gives them if no server
// does.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "poll/vote.hpp"

namespace pollux::queue {

std::string entry_id_text(poll::Version id);

// Both parts of an id may be any 64-bit number. Nothing if the text is no id.
std::optional<poll::Version> parse_entry_id(std::string_view text);

// Whether both parts are below 2^63, as a Version's must be.
bool is_version(poll::Version id);

// Unix milliseconds and a number within the millisecond, as in a Redis Stream. Each version is larger than
// the one before, even if the system's clock is set back. One thread at a time.
class VersionClock {
 public:
  // The first version comes after `last`, the largest that was given before.
  explicit VersionClock(poll::Version last) : last_(last) {}

  poll::Version next(std::chrono::system_clock::time_point now);

 private:
  poll::Version last_;
};

}  // namespace pollux::queue
