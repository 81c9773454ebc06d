#include "queue/vote_append.hpp"

#include <boost/container/static_vector.hpp>

#include "poll/vote_gate.hpp"
#include "queue/redis_vote_gates.hpp"
#include "queue/versions.hpp"
#include "queue/vote_entry.hpp"

namespace pollux::queue {
namespace {

constexpr std::size_t max_command_words = 10;  // before the fields of an entry
using Words = boost::container::static_vector<std::string_view,
                                              max_command_words + EncodedVoteEntry::static_capacity + 2>;

redis::EncodedCommand with_entry(Words words, const poll::Vote& vote, std::string_view traceparent) {
  const EncodedVoteEntry fields = encode_vote_entry(vote);
  words.insert(words.end(), fields.begin(), fields.end());
  if (!traceparent.empty()) words.insert(words.end(), {traceparent_field, traceparent});
  return redis::EncodedCommand(words);
}

}  // namespace

redis::EncodedCommand append_vote(const poll::Vote& vote, const std::string& stream,
                                  std::string_view traceparent) {
  const auto gated = poll::gated_run(vote.poll);
  if (!gated) return with_entry({"XADD", stream, "*"}, vote, traceparent);
  const std::string open = open_gate(gated->run);
  if (!vote.once) {
    return with_entry({"EVALSHA", gated_append_sha, "2", stream, gates_key, gated->poll, open}, vote,
                      traceparent);
  }
  const std::string first_votes = first_votes_key(vote.poll);
  return with_entry({"EVALSHA", once_append_sha, "3", stream, gates_key, first_votes, gated->poll, open,
                     vote.voter.text(), vote.selection.text()},
                    vote, traceparent);
}

poll::VoteResult outcome_of_append(const redis::Reply& reply) {
  if (const auto version = parse_entry_id(reply.text)) return *version;
  if (reply.kind == redis::Reply::Kind::array) return rejection_of(reply);
  return unavailable("Redis answered a vote with something other than the id of an entry.");
}

}  // namespace pollux::queue
