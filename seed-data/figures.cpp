#include "seed-data/figures.hpp"

#include <fmt/format.h>

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;

// Three digits, which is as much as anybody compares.
std::string three_digits(double value) {
  return fmt::format("{:.{}f}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

}  // namespace

std::string number_text(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

std::string time_text(std::chrono::microseconds time) {
  const auto count = static_cast<double>(time.count());
  if (time < 1ms) return fmt::format("{} us", time.count());
  if (time < 1s) return three_digits(count / 1e3) + " ms";
  if (time < 2min) return three_digits(count / 1e6) + " s";
  const auto seconds = std::chrono::round<std::chrono::seconds>(time).count();
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

std::string votes_count_text(std::uint64_t number) {
  return number_text(number) + (number == 1 ? " vote" : " votes");
}

}  // namespace pollux::seed
