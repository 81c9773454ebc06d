// Figures as people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace pollux::seed {

std::string number_text(std::uint64_t number);          // "12,345"
std::string time_text(std::chrono::microseconds time);  // "850 us", "1.25 ms", "12.5 s", "3 min 20 s"
std::string votes_count_text(std::uint64_t number);     // "1 vote", "12,345 votes"

}  // namespace pollux::seed
