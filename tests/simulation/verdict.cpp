#include "simulation/verdict.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "queue/redis_dead_letters.hpp"
#include "queue/redis_stream_commands.hpp"
#include "queue/versions.hpp"
#include "simulation/polls.hpp"

namespace pollux::simulation {
namespace {

using Appended = History::Appended;

// Of each voter in a run, in the order in which they win: the vote that counts comes first.
std::map<poll::VoterId, std::vector<const Appended*>> votes_in(const History& history,
                                                               const poll::PollId& run) {
  std::map<poll::VoterId, std::vector<const Appended*>> voters;
  for (const Appended& each : history.votes()) {
    if (each.vote.vote.poll == run) voters[each.vote.vote.voter].push_back(&each);
  }
  for (auto& [voter, votes] : voters) {
    std::ranges::sort(votes, std::ranges::greater(), [](const Appended* each) { return each->vote.version; });
    if (votes.front()->vote.vote.once) std::ranges::reverse(votes);
  }
  return voters;
}

std::string in_words(const RecordedVote* recorded) {
  if (recorded == nullptr) return "nothing";
  return recorded->selection.text() + " as " + queue::entry_id_text(recorded->version);
}

bool is_lawful(const std::vector<const Appended*>& votes, const RecordedVote* recorded) {
  for (const Appended* each : votes) {
    const poll::QueuedVote& vote = each->vote;
    if (recorded != nullptr && vote.version == recorded->version &&
        vote.vote.selection == recorded->selection)
      return true;
    if (!each->may_be_lost) return false;
  }
  return recorded == nullptr;
}

poll::SelectionCounts recount(const std::map<poll::VoterId, RecordedVote>& rows) {
  poll::SelectionCounts counts;
  for (const auto& [voter, row] : rows) ++counts[row.selection];
  return counts;
}

std::string in_words(const poll::SelectionCounts& counts) {
  std::string words;
  for (const auto& [selection, count] : counts) words += " " + selection.text() + "=" + std::to_string(count);
  return words.empty() ? " nothing" : words;
}

void check_run(World& world, const Viewers& viewers, const poll::PollId& run) {
  History& history = world.history;
  const auto rows = world.database.rows(run);
  const auto voters = votes_in(history, run);
  poll::SelectionCounts accepted;
  for (const auto& [voter, votes] : voters) {
    ++accepted[votes.front()->vote.vote.selection];
    const auto row = rows.find(voter);
    const RecordedVote* const recorded = row == rows.end() ? nullptr : &row->second;
    if (is_lawful(votes, recorded)) continue;
    history.violated("Of " + voter.text() + " in " + run.text() + ", " + in_words(recorded) +
                     " is recorded instead of " + votes.front()->vote.vote.selection.text() + " as " +
                     queue::entry_id_text(votes.front()->vote.version) + ".");
  }
  for (const auto& [voter, row] : rows) {
    if (!voters.contains(voter))
      history.violated(voter.text() + " has a vote in " + run.text() + " without having voted.");
  }
  const poll::Tally tally = world.database.tally(run);
  if (tally.counts != recount(rows)) {
    history.violated("The tally of " + run.text() + " is" + in_words(tally.counts) +
                     ", the recorded votes are" + in_words(recount(rows)) + ".");
  }
  if (!history.has_losses() && tally.counts != accepted) {
    history.violated("The tally of " + run.text() + " is" + in_words(tally.counts) +
                     ", the accepted votes are" + in_words(accepted) + ".");
  }
  const poll::Tally* const seen = viewers.seen(run);
  if (seen != nullptr && !history.database_has_forgotten() && seen->counts != tally.counts) {
    history.violated("The viewers of " + run.text() + " see" + in_words(seen->counts) + " instead of" +
                     in_words(tally.counts) + ".");
  }
}

void check_dead_letters(World& world, const VoteServices& services) {
  const RedisStream* const letters = world.redis.data().stream(std::string(queue::dead_letters_key));
  const std::size_t count = letters == nullptr ? 0 : letters->entries.size();
  if (count != services.poison() && !world.history.redis_has_forgotten()) {
    world.history.violated("There are " + std::to_string(count) + " dead letters of " +
                           std::to_string(services.poison()) + " entries that are no votes.");
  }
}

bool waits_for_newer_worker(const Words& fields) {
  return std::ranges::find(fields, "99") != fields.end();
}

}  // namespace

bool is_drained(World& world) {
  for (std::size_t shard = 0; shard < shards; ++shard) {
    const RedisStream* const stream = world.redis.data().stream(queue::stream_key(shard));
    if (stream == nullptr) continue;
    for (const auto& [id, fields] : stream->entries) {
      if (!waits_for_newer_worker(fields)) return false;
    }
    for (const auto& [name, group] : stream->groups) {
      for (const auto& [id, pending] : group.pending) {
        if (!pending.consumer.starts_with(queue::newer_format_prefix)) return false;
      }
    }
  }
  return true;
}

void check_invariants(World& world, const Viewers& viewers, const VoteServices& services) {
  std::set<poll::PollId> runs{poll_of_settings()};
  for (const Appended& each : world.history.votes()) runs.insert(each.vote.vote.poll);
  for (const poll::PollId& run : runs) check_run(world, viewers, run);
  check_dead_letters(world, services);
}

}  // namespace pollux::simulation
