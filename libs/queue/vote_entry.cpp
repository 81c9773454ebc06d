#include "queue/vote_entry.hpp"

#include <optional>
#include <string>
#include <utility>

#include "queue/original_vote.hpp"

namespace pollux {
namespace {

constexpr std::string_view poll_field = "poll";
constexpr std::string_view voter_field = "voter";
constexpr std::string_view selection_field = "selection";
constexpr std::string_view original_field = "original";

}  // namespace

std::array<std::string_view, 6> encode_vote_entry(const Vote& vote) {
  return {poll_field,        vote.poll.text(), voter_field,
          vote.voter.text(), selection_field,  vote.selection.text()};
}

Result<Vote> decode_vote_entry(std::span<const VoteEntryField> fields) {
  if (fields.size() == 1 && fields.front().name == original_field) {
    return decode_original_vote(fields.front().value);
  }
  std::optional<std::string_view> poll_text;
  std::optional<std::string_view> voter_text;
  std::optional<std::string_view> selection_text;
  for (const auto& [name, value] : fields) {
    std::optional<std::string_view>* const place = name == poll_field        ? &poll_text
                                                   : name == voter_field     ? &voter_text
                                                   : name == selection_field ? &selection_text
                                                                             : nullptr;
    if (place == nullptr) return invalid("The entry has a field other than poll, voter and selection.");
    if (*place) return invalid("The entry has the field " + std::string(name) + " twice.");
    *place = value;
  }
  if (!poll_text) return invalid("The entry has no field poll.");
  if (!voter_text) return invalid("The entry has no field voter.");
  if (!selection_text) return invalid("The entry has no field selection.");
  auto poll = PollId::parse(*poll_text);
  if (!poll) return poll.error();
  auto voter = VoterId::parse(*voter_text);
  if (!voter) return voter.error();
  auto selection = Selection::parse(*selection_text);
  if (!selection) return selection.error();
  return Vote{std::move(*poll), std::move(*voter), std::move(*selection)};
}

}  // namespace pollux
