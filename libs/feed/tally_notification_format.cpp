#include "feed/tally_notification_format.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace pollux::feed {
namespace {

constexpr std::string_view queued_word = "queued ";
constexpr std::string_view trace_word = "trace ";
constexpr std::uint64_t latest_time = std::uint64_t{1} << 62;
constexpr std::uint64_t most_votes = 1'000'000'000'000;

// Takes the next part of the text, up to the separator or the end.
std::string_view next(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t largest) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > largest) return std::nullopt;
  return number;
}

void take_line(std::string_view line, poll::ChangedPoll& changed) {
  if (line.starts_with(trace_word)) {
    const auto trace = tracing::parse_traceparent(line.substr(trace_word.size()));
    changed.trace = trace.value_or(tracing::SpanContext());
  }
  if (!line.starts_with(queued_word)) return;
  line.remove_prefix(queued_word.size());
  const auto time = parse_number(next(line, ' '), latest_time);
  const auto votes = parse_number(line, most_votes);
  if (time && votes) changed.times.add(*time, *votes);
}

}  // namespace

std::string encode_details(const poll::ChangedPoll& changed) {
  std::string payload = changed.poll.text();
  for (const auto& [oldest, votes] : changed.times.groups()) {
    payload += '\n';
    payload += queued_word;
    payload += std::to_string(oldest) + ' ' + std::to_string(votes);
  }
  if (changed.trace.sampled)
    payload.append("\n").append(trace_word) += tracing::to_traceparent(changed.trace);
  return payload;
}

std::optional<poll::ChangedPoll> decode_details(std::string_view payload) {
  auto poll = poll::PollId::parse(next(payload, '\n'));
  if (!poll) return std::nullopt;
  poll::ChangedPoll changed{.poll = *std::move(poll)};
  while (!payload.empty()) take_line(next(payload, '\n'), changed);
  return changed;
}

}  // namespace pollux::feed
