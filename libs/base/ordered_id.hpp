// Identifiers that nobody can guess and that sort by the time of their making.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace pollux {

// 12 hexadecimal digits of Unix milliseconds, then 32 of random bits (128 of them), lower case. The idea is
// that of UUID version 7 (RFC 9562, section 5.7), with more randomness: a table that is keyed by such ids
// grows at its end, where many new rows share a page, instead of in as many places as there are rows.
inline constexpr std::size_t ordered_id_digits = 44;
std::string make_ordered_id(std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

}  // namespace pollux
