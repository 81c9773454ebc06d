#include "simulation/viewers.hpp"

namespace pollux::simulation {
namespace {

constexpr milliseconds reread_period{1000};  // PostgresTallyFeed::Options::reread_period

}  // namespace

Viewers::Viewers(World& world) : world_(world) {
  reread();
}

void Viewers::follow(const poll::PollId& run) {
  if (seen_.contains(run)) return;
  seen_.emplace(run, poll::Tally{.poll = run, .version = 0, .counts = {}});
  subscriptions_.push_back(
      followers_.subscribe(run, [this](const poll::Tally& tally, const poll::VoteTimes&) {
        poll::Tally& before = seen_.at(tally.poll);
        if (tally.version < before.version)
          world_.history.violated("Viewers got an older tally of " + tally.poll.text() + ".");
        before = tally;
      }));
  read(run);
}

void Viewers::hint(std::span<const poll::ChangedPoll> polls) {
  for (const poll::ChangedPoll& changed : polls) {
    if (world_.strikes(Branch::hint_lost, "feed")) continue;
    const int times = world_.strikes(Branch::hint_duplicated, "feed") ? 2 : 1;
    for (int n = 0; n < times; ++n) {
      world_.agenda.after(world_.random.between(milliseconds(0), milliseconds(50)), Agenda::Kind::message,
                          [this, poll = changed.poll] { read(poll); });
    }
  }
}

void Viewers::reread() {
  read_all();
  world_.agenda.after(reread_period, Agenda::Kind::message, [this] { reread(); });
}

void Viewers::read_all() {
  for (const auto& [run, tally] : seen_) read(run);
}

void Viewers::read(const poll::PollId& run) {
  if (!world_.database_is_up() || !followers_.is_followed(run)) return;
  followers_.update(world_.database.tally(run));
}

const poll::Tally* Viewers::seen(const poll::PollId& run) const {
  const auto found = seen_.find(run);
  return found == seen_.end() ? nullptr : &found->second;
}

Result<void> FeedLink::publish(std::span<const poll::ChangedPoll> polls) {
  process_.risk(Branch::killed_in_a_call);
  if (process_.world().strikes(Branch::publish_failed, process_.name()))
    return unavailable("The notification was not sent.");
  viewers_.hint(polls);
  return {};
}

}  // namespace pollux::simulation
