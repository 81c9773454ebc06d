#include "simulation/administrator.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "poll/poll_run.hpp"
#include "simulation/polls.hpp"
#include "simulation/redis_link.hpp"

namespace pollux::simulation {
namespace {

constexpr milliseconds reconcile_period{200};

}  // namespace

Administrator::Memory::Memory(Process& process, Breakage breakage, poll::PollAnnouncer::Options options)
    : gates(std::make_unique<RedisLink>(process)),
      broken_gates(break_gates(breakage, gates)),
      publisher(std::make_unique<RedisLink>(process)),
      announcer(broken_gates ? *broken_gates : gates, publisher, std::move(options)) {}

Administrator::Administrator(World& world, Viewers& viewers, const VoteServices& services, Breakage breakage)
    : world_(world), viewers_(viewers), services_(services), breakage_(breakage), process_(world, "admin") {}

void Administrator::start() {
  process_.start();
  memory_.emplace(process_, breakage_,
                  poll::PollAnnouncer::Options{
                      .on_recovered = [this](const poll::ManagedPoll& poll) { note_recovered(poll); }});
}

void Administrator::note_recovered(const poll::ManagedPoll& poll) {
  world_.took(Branch::lost_change_recovered);
  viewers_.follow(poll::run_id(poll));
  if (world_.traces()) {
    world_.trace("admin", "finds that changes of " + poll.id.text() + " were forgotten; it is " +
                              std::string(name_of(poll.state)) + ", run " + std::to_string(poll.run) +
                              ", revision " + std::to_string(poll.revision));
  }
}

void Administrator::prepare() {
  for (const poll::PollId& id : managed_polls()) {
    const auto create = [id](poll::PollStore& polls) {
      return polls.create(id, content_of(id), poll_time());
    };
    polls_.emplace(id, world_.database.change(create).value());
  }
  start();
  for (const poll::PollId& id : managed_polls()) change(polls_.at(id), poll::PollAction::open);
  reconcile();
}

// Every round, whether the last one succeeded or not.
void Administrator::reconcile() {
  try {
    if (world_.database_is_up()) {
      const auto done = memory_->announcer.reconcile(world_.database.polls(), process_.now());
      if (done && *done) {
        if (world_.history.gates_are_lost()) world_.took(Branch::gates_reconciled);
        world_.trace("admin", "has compared Redis with the store");
        world_.history.gates_reconciled();
        for (const poll::PollId& id : managed_polls()) note_closed(read(id));
      }
    }
  } catch (const ProcessKilled&) {
    start();
  }
  world_.agenda.after(reconcile_period, Agenda::Kind::step, [this] { reconcile(); });
}

void Administrator::act() {
  if (!world_.database_is_up()) return;
  const poll::ManagedPoll poll = read(world_.random.pick(managed_polls()));
  try {
    change(poll, choose(poll.state));
  } catch (const ProcessKilled&) {
    start();
  }
}

poll::ManagedPoll Administrator::read(const poll::PollId& id) {
  return polls_.insert_or_assign(id, world_.database.polls().find(id).value()).first->second;
}

poll::PollAction Administrator::choose(poll::PollState state) {
  if (state == poll::PollState::draft) return poll::PollAction::open;
  if (world_.random.chance(300)) return poll::PollAction::reset;
  return state == poll::PollState::open ? poll::PollAction::close : poll::PollAction::open;
}

void Administrator::change(const poll::ManagedPoll& poll, poll::PollAction action) {
  if (action == poll::PollAction::open) world_.history.opening(poll::run_id(poll));
  const auto changed = world_.database.change([id = poll.id, action](poll::PollStore& polls) {
    return polls.change(id, action, std::nullopt, poll_time());
  });
  if (!changed) return;
  polls_.insert_or_assign(poll.id, *changed);
  if (world_.traces()) {
    world_.trace("admin", changed->id.text() + " is " + std::string(name_of(changed->state)) + ", run " +
                              std::to_string(changed->run) + ", in the store");
  }
  viewers_.follow(poll::run_id(*changed));
  process_.risk(Branch::change_not_announced);
  const auto announced = memory_->announcer.announce(world_.database.polls(), *changed);
  if (announced) answer(*announced);
}

void Administrator::answer(const poll::ManagedPoll& changed) {
  if (world_.traces()) {
    world_.trace("admin", "answers that " + changed.id.text() + " is " + std::string(name_of(changed.state)));
  }
  if (changed.state != poll::PollState::open) {
    world_.took(Branch::close_answered);
    if (services_.in_flight() > 0) world_.took(Branch::votes_during_close);
  }
  note_closed(changed);
}

// From now on only the current run of an open poll may get votes.
void Administrator::note_closed(const poll::ManagedPoll& poll) {
  for (std::uint32_t run = 1; run < poll.run; ++run)
    world_.history.close_answered(poll::id_of_run(poll.id, run));
  if (poll.state != poll::PollState::open) world_.history.close_answered(poll::run_id(poll));
}

poll::PollId Administrator::run_on_a_page(const poll::PollId& poll) {
  const poll::ManagedPoll& current = polls_.at(poll);
  const bool old_page = current.run > 1 && world_.random.chance(200);
  return poll::id_of_run(poll, old_page ? current.run - 1 : current.run);
}

}  // namespace pollux::simulation
