#include "queue/versions.hpp"

#include <charconv>
#include <cstdint>
#include <limits>

namespace pollux::queue {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string entry_id_text(poll::Version id) {
  return std::to_string(id.time) + "-" + std::to_string(id.sequence);
}

std::optional<poll::Version> parse_entry_id(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto time = parse_number(text.substr(0, dash));
  const auto sequence = parse_number(text.substr(dash + 1));
  if (!time || !sequence) return std::nullopt;
  return poll::Version{*time, *sequence};
}

bool is_version(poll::Version id) {
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  return id.time <= largest && id.sequence <= largest;
}

poll::Version VersionClock::next(std::chrono::system_clock::time_point now) {
  using std::chrono::milliseconds;
  const auto since_1970 = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
  const auto time = static_cast<std::uint64_t>(since_1970 < 0 ? 0 : since_1970);
  if (time > last_.time) {
    last_ = {time, 0};
  } else {
    ++last_.sequence;
  }
  return last_;
}

}  // namespace pollux::queue
