#include "simulation/simulation.hpp"

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "simulation/administrator.hpp"
#include "simulation/polls.hpp"
#include "simulation/verdict.hpp"
#include "simulation/worker_process.hpp"

namespace pollux::simulation {
namespace {

constexpr milliseconds duration{2000};         // of the faults
constexpr milliseconds longest_drain{60'000};  // after them
constexpr milliseconds settling{1200};         // the last hints, and a period of rereading

class Simulation {
 public:
  Simulation(std::uint64_t seed, Breakage breakage, Database& database, Coverage& coverage,
             std::ostream* trace)
      : world_(seed, coverage, database, trace),
        services_(world_, breakage),
        viewers_(world_),
        administrator_(world_, viewers_, services_, breakage) {
    const std::size_t workers = 1 + world_.random.below(4);
    for (std::size_t n = 0; n < workers; ++n)
      workers_.emplace_back(world_, viewers_, "worker" + std::to_string(n), breakage);
  }

  Verdict run() {
    viewers_.follow(poll_of_settings());
    administrator_.prepare();
    world_.redis.replicate();
    for (WorkerProcess& worker : workers_) worker.start();
    plan_votes();
    plan_changes();
    plan_server_faults();
    world_.begin_faults();
    const Time end = world_.agenda.now() + duration;
    while (world_.agenda.run_next(end)) {
    }
    world_.end_faults();
    world_.trace("all", "the faults end");
    for (WorkerProcess& worker : workers_) worker.update();
    if (drain()) settle();
    return {.violation = world_.history.violation(), .votes = world_.history.votes().size()};
  }

 private:
  milliseconds some_time() { return world_.random.between(milliseconds(0), duration - milliseconds(1)); }

  template <class Event>
  void plan(std::uint64_t most, Agenda::Kind kind, const Event& event) {
    for (std::uint64_t n = world_.random.below(most + 1); n > 0; --n)
      world_.agenda.after(some_time(), kind, event);
  }

  void plan_votes() {
    const std::uint64_t voters = 2 + world_.random.below(4);
    plan(30, Agenda::Kind::message, [this, voters] { vote(voters); });
    plan(1, Agenda::Kind::message, [this] { services_.append_poison(); });
    plan(1, Agenda::Kind::message, [this] { services_.append_of_newer_format(); });
  }

  void vote(std::uint64_t voters) {
    std::vector<poll::PollId> polls = managed_polls();
    polls.push_back(poll_of_settings());
    const poll::PollId poll = world_.random.pick(polls);
    const auto voter = poll::VoterId::parse("voter" + std::to_string(world_.random.below(voters))).value();
    const auto selection = poll::Selection::parse(std::string(1, "abc"[world_.random.below(3)])).value();
    const bool managed = poll != poll_of_settings();
    if (managed && !world_.database_is_up()) return;  // the pages do not know the run
    services_.cast(managed ? administrator_.run_on_a_page(poll) : poll, voter, selection, is_once(poll));
  }

  void plan_changes() {
    plan(4, Agenda::Kind::step, [this] { administrator_.act(); });
  }

  void plan_server_faults() {
    const auto away = [this] { return world_.random.between(milliseconds(10), milliseconds(400)); };
    plan(20, Agenda::Kind::message, [this] { world_.redis.replicate(); });
    if (world_.random.chance(300))
      plan(2, Agenda::Kind::message, [this, away] { world_.restart_redis(away()); });
    if (world_.random.chance(300))
      plan(1, Agenda::Kind::message, [this, away] { world_.fail_over_redis(away()); });
    if (world_.random.chance(100)) plan(1, Agenda::Kind::message, [this] { world_.set_redis_clock_back(); });
    if (world_.random.chance(300))
      plan(2, Agenda::Kind::message, [this, away] { world_.stop_database(away()); });
    if (world_.random.chance(300))
      plan(1, Agenda::Kind::message, [this, away] { world_.fail_over_database(away()); });
  }

  bool drain() {
    const Time deadline = world_.agenda.now() + longest_drain;
    const Time no_more_votes = world_.agenda.now() + milliseconds(1000);
    while (world_.agenda.now() < no_more_votes || !is_drained(world_)) {
      if (!world_.agenda.run_next(deadline)) {
        world_.history.violated("Votes are still not recorded a minute after the last fault.");
        return false;
      }
    }
    return true;
  }

  void settle() {
    const Time end = world_.agenda.now() + settling;
    while (world_.agenda.run_next(end)) {
    }
    for (WorkerProcess& worker : workers_) worker.shut_down();
    check_invariants(world_, viewers_, services_);
    if (world_.newer_format_left()) world_.took(Branch::newer_format_read);
    if (std::ranges::count_if(workers_, &WorkerProcess::recorded) > 1)
      world_.took(Branch::several_workers_recorded);
  }

  World world_;
  VoteServices services_;
  Viewers viewers_;
  Administrator administrator_;
  std::deque<WorkerProcess> workers_;
};

}  // namespace

Verdict run_history(std::uint64_t seed, Breakage breakage, Database& database, Coverage& coverage,
                    std::ostream* trace) {
  return Simulation(seed, breakage, database, coverage, trace).run();
}

}  // namespace pollux::simulation
