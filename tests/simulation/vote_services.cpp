#include "simulation/vote_services.hpp"

#include <string_view>
#include <utility>

#include "poll/vote_gate.hpp"
#include "queue/redis_stream_commands.hpp"
#include "queue/redis_stream_vote_queue.hpp"
#include "queue/redis_vote_gates.hpp"
#include "queue/versions.hpp"
#include "queue/vote_append.hpp"
#include "queue/vote_entry.hpp"

namespace pollux::simulation {
namespace {

constexpr milliseconds deadline{800};  // RedisQueueOptions::deadline
constexpr std::string_view service = "vote";

// What Redis reads of an encoded command.
Words decode(const redis::EncodedCommand& command) {
  redis::ReplyReader reader;
  reader.feed(command.bytes());
  Words words;
  const auto read = reader.next().value();
  for (const redis::Reply& word : read->elements) words.push_back(word.text);
  return words;
}

std::string in_words(const poll::Vote& vote) {
  return vote.voter.text() + " -> " + vote.selection.text() + " in " + vote.poll.text();
}

}  // namespace

VoteServices::VoteServices(World& world, Breakage breakage) : world_(world), breakage_(breakage) {
  for (std::size_t shard = 0; shard < shards; ++shard)
    world_.execute({"SADD", std::string(queue::streams_key), queue::stream_key(shard)});
}

void VoteServices::cast(const poll::PollId& run, const poll::VoterId& voter, const poll::Selection& selection,
                        bool once) {
  const poll::Vote vote{.poll = run, .voter = voter, .selection = selection, .once = once};
  const auto request =
      std::make_shared<Request>(Request{.vote = vote,
                                        .stream = queue::stream_key(queue::shard_of(voter.text(), shards)),
                                        .accepted_before = world_.history.begin_vote(vote),
                                        .deadline = world_.agenda.now() + deadline});
  if (world_.traces()) world_.trace(service, "sends " + in_words(request->vote));
  if (!world_.redis_is_up() || world_.strikes(Branch::request_lost, service)) return;
  send(request, delay());
  if (world_.strikes(Branch::vote_duplicated, service)) send(request, delay());
}

milliseconds VoteServices::delay() {
  if (world_.strikes(Branch::votes_overtaken, service))
    return world_.random.between(milliseconds(20), milliseconds(200));
  return world_.random.between(milliseconds(0), milliseconds(3));
}

void VoteServices::send(const std::shared_ptr<Request>& request, milliseconds delay) {
  const std::uint64_t start = world_.redis_start();
  ++in_flight_;
  world_.agenda.after(delay, Agenda::Kind::message, [this, request, start] {
    --in_flight_;
    // A connection that was cut has lost what Redis had not read.
    if (start == world_.redis_start()) execute(request);
  });
}

void VoteServices::execute(const std::shared_ptr<Request>& request) {
  if (world_.strikes(Branch::redis_rejected, service)) return;  // OOM: the voter gets a 503
  if (breakage_ == Breakage::close_not_atomic && poll::gated_run(request->vote.poll))
    return append_without_gate(request);
  const redis::Reply reply = world_.execute(decode(queue::append_vote(request->vote, request->stream)));
  note_append(*request, reply);
  if (world_.strikes(Branch::answer_lost, service)) return;
  const milliseconds back =
      world_.strikes(Branch::answer_late, service) ? deadline + milliseconds(1) : delay();
  world_.agenda.after(back, Agenda::Kind::message, [this, request, reply] { answer(request, reply); });
}

// Reads the gate, and appends the vote with the next message.
void VoteServices::append_without_gate(const std::shared_ptr<Request>& request) {
  const auto gated = poll::gated_run(request->vote.poll);
  const redis::Reply gate = world_.execute({"HGET", std::string(queue::gates_key), std::string(gated->poll)});
  if (!gate.text.starts_with(queue::open_gate(gated->run))) return;
  world_.agenda.after(delay(), Agenda::Kind::message, [this, request] {
    Words words{"XADD", request->stream, "*"};
    for (const std::string_view word : queue::encode_vote_entry(request->vote)) words.emplace_back(word);
    note_append(*request, world_.execute(words));
  });
}

void VoteServices::note_append(Request& request, const redis::Reply& reply) {
  const auto outcome = queue::outcome_of_append(reply);
  if (!outcome) return;
  poll::QueuedVote queued{.version = *outcome, .vote = request.vote};
  if (world_.traces())
    world_.trace("redis", "appends " + in_words(request.vote) + " as " + queue::entry_id_text(*outcome));
  if (!request.answered) world_.history.check_order(queued, request.accepted_before);
  world_.history.appended(world_.redis.executed(), std::move(queued));
}

void VoteServices::answer(const std::shared_ptr<Request>& request, const redis::Reply& reply) {
  if (request->answered || world_.agenda.now() > request->deadline) return;
  request->answered = true;
  const auto outcome = queue::outcome_of_append(reply);
  if (!outcome) return note_rejection(outcome.error());
  world_.history.accepted({.version = *outcome, .vote = request->vote});
  if (world_.traces())
    world_.trace(service,
                 "answers 200 to " + in_words(request->vote) + ", " + queue::entry_id_text(*outcome));
}

void VoteServices::note_rejection(const poll::VoteRejection& rejection) {
  if (world_.traces()) world_.trace(service, "rejects a vote: " + rejection.message);
  switch (rejection.reason) {
    case poll::RejectionReason::not_open:
      return world_.took(Branch::vote_not_open);
    case poll::RejectionReason::closed:
      return world_.took(Branch::vote_closed);
    case poll::RejectionReason::other_run:
      return world_.took(Branch::vote_of_another_run);
    case poll::RejectionReason::already_voted:
      return world_.took(Branch::vote_already_cast);
    case poll::RejectionReason::full:
    case poll::RejectionReason::unavailable:
    case poll::RejectionReason::archived:
      return;
  }
}

void VoteServices::append_poison() {
  if (!world_.redis_is_up()) return;
  ++poison_;
  world_.execute(
      {"XADD", queue::stream_key(world_.random.below(shards)), "*", "poll", "default", "voter", ""});
  world_.trace("other", "appends an entry that is no vote");
}

void VoteServices::append_of_newer_format() {
  if (!world_.redis_is_up()) return;
  world_.execute({"XADD", queue::stream_key(world_.random.below(shards)), "*", "format", "99"});
  world_.trace("other", "appends an entry of format 99");
}

}  // namespace pollux::simulation
