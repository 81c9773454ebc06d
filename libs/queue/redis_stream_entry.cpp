#include "queue/redis_stream_entry.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

namespace pollux::queue {
namespace {

using redis::Reply;

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

std::vector<RedisStreamEntry> parse_stream_entries(const Reply& entries) {
  std::vector<RedisStreamEntry> parsed;
  parsed.reserve(entries.elements.size());
  for (const Reply& element : entries.elements) {
    if (element.elements.size() != 2) continue;
    const auto id = parse_entry_id(element.elements[0].text);
    if (!id) continue;
    const Reply& body = element.elements[1];
    RedisStreamEntry entry{*id, body.kind != Reply::Kind::array, {}};
    for (std::size_t i = 0; i + 1 < body.elements.size(); i += 2)
      entry.fields.push_back({body.elements[i].text, body.elements[i + 1].text});
    parsed.push_back(std::move(entry));
  }
  return parsed;
}

}  // namespace pollux::queue
