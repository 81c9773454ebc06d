#include "simulation/world.hpp"

#include <iomanip>
#include <iostream>
#include <vector>

namespace pollux::simulation {
namespace {

constexpr milliseconds epoch{1'795'773'600'000};  // the Unix time at which each history begins

struct Rate {
  Branch fault;
  std::uint64_t per_mille;  // of the occasions
};

constexpr Rate rates[] = {
    {Branch::request_lost, 30},          {Branch::answer_lost, 40},
    {Branch::answer_late, 30},           {Branch::vote_duplicated, 50},
    {Branch::votes_overtaken, 150},      {Branch::connection_cut_before, 15},
    {Branch::connection_cut_within, 10}, {Branch::connection_cut_after, 15},
    {Branch::redis_rejected, 10},        {Branch::database_refused, 50},
    {Branch::database_slow, 60},         {Branch::commit_answer_lost, 60},
    {Branch::killed_between_steps, 20},  {Branch::killed_in_a_call, 8},
    {Branch::killed_before_commit, 25},  {Branch::killed_after_commit, 40},
    {Branch::stopped_in_order, 15},      {Branch::hint_lost, 200},
    {Branch::hint_duplicated, 100},      {Branch::publish_failed, 50},
    {Branch::change_not_announced, 150},
};

}  // namespace

World::World(std::uint64_t seed, Coverage& coverage, Database& server, std::ostream* trace)
    : random(seed), database(server), coverage_(coverage), trace_(trace) {
  database.clear();
  const std::vector<std::uint64_t> factors{0, 1, 1, 3};
  for (const Rate& rate : rates)
    per_mille_[static_cast<std::size_t>(rate.fault)] = rate.per_mille * random.pick(factors);
}

bool World::strikes(Branch fault, std::string_view where) {
  if (!faults_ || !random.chance(per_mille_[static_cast<std::size_t>(fault)])) return false;
  coverage_.take(fault);
  if (traces()) trace(where, "FAULT: " + std::string(name_of(fault)));
  return true;
}

void World::trace(std::string_view who, std::string_view what) const {
  if (!traces()) return;
  *trace_ << std::setw(6) << agenda.since_start().count() << " ms  " << std::left << std::setw(10) << who
          << std::right << "  " << what << '\n';
}

RedisModel::UnixTime World::redis_time() const {
  return epoch + agenda.since_start() + redis_clock_offset_;
}

void World::restart_redis(milliseconds away) {
  took(Branch::redis_restarted);
  ++redis_start_;
  redis_up_at_ = agenda.now() + away;
  if (traces()) trace("redis", "FAULT: restarts, away for " + std::to_string(away.count()) + " ms");
}

// The other server has the right time.
void World::fail_over_redis(milliseconds away) {
  const std::uint64_t replicated = redis.replicated();
  redis.fail_over();
  redis_clock_offset_ = milliseconds(0);
  ++redis_start_;
  redis_up_at_ = agenda.now() + away;
  const std::size_t votes = history.redis_forgot(replicated, database);
  if (votes > 0) took(Branch::redis_forgot);
  if (traces()) {
    trace("redis", "FAULT: the replica takes over without the last " +
                       std::to_string(redis.executed() - replicated) + " commands, among them " +
                       std::to_string(votes) + " votes");
  }
}

// By less than a drain may take: Redis counts the time since an entry was delivered by this clock, so that
// the votes of a killed worker wait for the time to pass again.
void World::set_redis_clock_back() {
  // After a fail-over the ids that were forgotten may come again: two faults at once.
  if (history.redis_has_forgotten()) return;
  took(Branch::redis_clock_set_back);
  redis_clock_offset_ = -std::chrono::seconds(10);
  trace("redis", "FAULT: the clock is set back by ten seconds");
}

void World::stop_database(milliseconds away) {
  took(Branch::database_refused);
  database_up_at_ = agenda.now() + away;
  if (traces()) trace("database", "FAULT: away for " + std::to_string(away.count()) + " ms");
}

void World::fail_over_database(milliseconds away) {
  const auto forgotten = database.fail_over(1 + random.below(3));
  history.database_forgot(forgotten.votes, database);
  database_up_at_ = agenda.now() + away;
  if (!forgotten.votes.empty()) took(Branch::database_forgot);
  if (forgotten.poll_changes > 0) took(Branch::poll_change_forgotten);
  if (traces()) {
    trace("database", "FAULT: the standby takes over without the newest commits, which recorded " +
                          std::to_string(forgotten.votes.size()) + " votes and changed polls " +
                          std::to_string(forgotten.poll_changes) + " times");
  }
}

}  // namespace pollux::simulation
