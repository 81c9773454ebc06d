#include "queue/vote_entry.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "poll/selection_keys.hpp"
#include "queue/versions.hpp"

namespace pollux::queue {
namespace {

constexpr std::string_view poll_field = "poll";
constexpr std::string_view voter_field = "voter";
constexpr std::string_view selection_field = "selection";
constexpr std::string_view imported_field = "original";
constexpr std::string_view format_field = "format";
constexpr std::string_view once_field = "once";

constexpr std::size_t max_format_digits = 6;

tracing::SpanContext trace_of(std::span<const VoteEntryField> fields) {
  const auto is_traceparent = [](const VoteEntryField& field) { return field.name == traceparent_field; };
  if (std::ranges::count_if(fields, is_traceparent) != 1) return {};
  return tracing::parse_traceparent(std::ranges::find_if(fields, is_traceparent)->value)
      .value_or(tracing::SpanContext());
}

}  // namespace

// The format of an entry with one key stays 1, so that workers of every version record it.
EncodedVoteEntry encode_vote_entry(const poll::Vote& vote) {
  EncodedVoteEntry entry{poll_field,        vote.poll.text(), voter_field,
                         vote.voter.text(), selection_field,  vote.selection.text()};
  if (vote.once) {
    entry.insert(entry.end(), {format_field, "3", once_field, "1"});
  } else if (poll::has_several_keys(vote.selection)) {
    entry.insert(entry.end(), {format_field, "2"});
  }
  return entry;
}

Result<std::uint32_t> format_of_vote_entry(std::span<const VoteEntryField> fields) {
  std::optional<std::uint32_t> format;
  for (const auto& [name, value] : fields) {
    if (name != format_field) continue;
    if (format) return invalid("The entry has the field format twice.");
    std::uint32_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [read_to, error] = std::from_chars(value.data(), end, number);
    if (value.size() > max_format_digits || error != std::errc() || read_to != end || number == 0) {
      return invalid("The entry's format is not a number from 1 to 999999.");
    }
    format = number;
  }
  return format.value_or(1);
}

Result<poll::Vote> decode_vote_entry(std::span<const VoteEntryField> fields,
                                     const ImportedVoteDecoder& decode_imported) {
  std::optional<std::string_view> imported_text;
  std::optional<std::string_view> poll_text;
  std::optional<std::string_view> voter_text;
  std::optional<std::string_view> selection_text;
  std::optional<std::string_view> once;
  for (const auto& [name, value] : fields) {
    std::optional<std::string_view>* const place = name == poll_field        ? &poll_text
                                                   : name == voter_field     ? &voter_text
                                                   : name == selection_field ? &selection_text
                                                   : name == imported_field  ? &imported_text
                                                   : name == once_field      ? &once
                                                                             : nullptr;
    if (place == nullptr) continue;
    if (*place) return invalid("The entry has the field " + std::string(name) + " twice.");
    *place = value;
  }
  if (imported_text) {
    if (poll_text || voter_text || selection_text) return invalid("The entry holds two votes.");
    if (!decode_imported)
      return invalid("The entry holds an imported vote, which this program does not read.");
    return decode_imported(*imported_text);
  }
  if (!poll_text) return invalid("The entry has no field poll.");
  if (!voter_text) return invalid("The entry has no field voter.");
  if (!selection_text) return invalid("The entry has no field selection.");
  auto poll = poll::PollId::parse(*poll_text);
  if (!poll) return poll.error();
  auto voter = poll::VoterId::parse(*voter_text);
  if (!voter) return voter.error();
  auto selection = poll::Selection::parse(*selection_text);
  if (!selection) return selection.error();
  return poll::Vote{.poll = std::move(*poll),
                    .voter = std::move(*voter),
                    .selection = std::move(*selection),
                    .trace = trace_of(fields),
                    .once = once.has_value()};
}

Result<poll::QueuedVote> read_queued_vote(std::span<const VoteEntryField> fields, std::string_view entry_id,
                                          const ImportedVoteDecoder& decode_imported) {
  const auto version = parse_entry_id(entry_id);
  if (!version || !is_version(*version)) {
    return invalid("Its id is no place in the order of votes.");
  }
  const auto format = format_of_vote_entry(fields);
  if (!format) return format.error();
  if (*format > vote_entry_format) {
    return invalid("It has format " + std::to_string(*format) + ", which a newer version reads.");
  }
  auto vote = decode_vote_entry(fields, decode_imported);
  if (!vote) return vote.error();
  return poll::QueuedVote{*version, std::move(*vote)};
}

std::vector<RedisStreamEntry> parse_stream_entries(const redis::Reply& entries) {
  std::vector<RedisStreamEntry> parsed;
  parsed.reserve(entries.elements.size());
  for (const redis::Reply& element : entries.elements) {
    if (element.elements.size() != 2) continue;
    const auto id = parse_entry_id(element.elements[0].text);
    if (!id) continue;
    const redis::Reply& body = element.elements[1];
    RedisStreamEntry entry{*id, body.kind != redis::Reply::Kind::array, {}};
    entry.fields.reserve(body.elements.size() / 2);
    for (std::size_t i = 0; i + 1 < body.elements.size(); i += 2)
      entry.fields.push_back({body.elements[i].text, body.elements[i + 1].text});
    parsed.push_back(std::move(entry));
  }
  return parsed;
}

}  // namespace pollux::queue
