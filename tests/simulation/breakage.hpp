// Deliberate breakages, each of which the simulation must find. They are made in the ports between the parts,
// so that the code under test has no switches.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "poll/ports.hpp"
#include "poll/vote_gate.hpp"
#include "simulation/database.hpp"

namespace pollux::simulation {

enum class Breakage {
  none,
  early_acknowledgement,    // votes are acknowledged before they are recorded
  no_version_check,         // the vote that is recorded last wins
  stale_delta,              // the tally changes by what the worker remembers of the replaced vote
  unrecorded_acknowledged,  // votes are acknowledged that could not be recorded
  close_not_atomic,         // the gate is read first, and the vote appended by another command
  lost_changes_ignored      // a gate with a higher revision than the store's is taken for that of the store
};

inline constexpr std::array<std::pair<std::string_view, Breakage>, 6> breakages{{
    {"early-acknowledgement", Breakage::early_acknowledgement},
    {"no-version-check", Breakage::no_version_check},
    {"stale-delta", Breakage::stale_delta},
    {"unrecorded-acknowledged", Breakage::unrecorded_acknowledged},
    {"close-not-atomic", Breakage::close_not_atomic},
    {"lost-changes-ignored", Breakage::lost_changes_ignored},
}};

// Acknowledges each batch when it is received, and sends the acknowledgement with the next read.
class EarlyAcknowledgement : public poll::VoteConsumer {
 public:
  explicit EarlyAcknowledgement(poll::VoteConsumer& queue) : queue_(queue) {}

  Result<std::vector<poll::QueuedVote>> receive(std::size_t max, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(std::span<const poll::QueuedVote>) override { return {}; }
  void release(std::span<const poll::QueuedVote> unrecorded, const Error& reason) override {
    queue_.release(unrecorded, reason);
  }

 private:
  poll::VoteConsumer& queue_;
  std::deque<std::vector<poll::QueuedVote>> read_ahead_;
};

// Acknowledges what it should release.
class UnrecordedAcknowledged : public poll::VoteConsumer {
 public:
  explicit UnrecordedAcknowledged(poll::VoteConsumer& queue) : queue_(queue) {}

  Result<std::vector<poll::QueuedVote>> receive(std::size_t max, std::chrono::milliseconds wait) override {
    return queue_.receive(max, wait);
  }
  Result<void> acknowledge(std::span<const poll::QueuedVote> recorded) override {
    return queue_.acknowledge(recorded);
  }
  void release(std::span<const poll::QueuedVote> unrecorded, const Error&) override {
    (void)queue_.acknowledge(unrecorded);
  }

 private:
  poll::VoteConsumer& queue_;
};

// Gives each recorded vote a version that the batch replaces.
class NoVersionCheck : public poll::VoteRecorder {
 public:
  explicit NoVersionCheck(Database& database) : database_(database) {}

  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch) override;
  Result<void> probe() override { return database_.probe(); }

 private:
  Database& database_;
};

// Lets the recorder replace what this worker recorded last of a voter, and not what others did since.
class StaleDelta : public poll::VoteRecorder {
 public:
  explicit StaleDelta(Database& database) : database_(database) {}

  Result<std::vector<poll::PollId>> record(std::span<const poll::QueuedVote> batch) override;
  Result<void> probe() override { return database_.probe(); }

 private:
  Database& database_;
  std::map<std::pair<poll::PollId, poll::VoterId>, poll::Selection> remembered_;
};

// Does not say which gates it keeps.
class LostChangesIgnored : public poll::VoteGates {
 public:
  explicit LostChangesIgnored(poll::VoteGates& gates) : gates_(gates) {}

  Result<std::vector<poll::VoteGate>> set_all(std::span<const poll::VoteGate> gates) override;
  Result<void> remove(const poll::PollId& poll) override { return gates_.remove(poll); }
  Result<std::vector<poll::PollId>> polls() override { return gates_.polls(); }

 private:
  poll::VoteGates& gates_;
};

// Null for breakages of other parts.
std::unique_ptr<poll::VoteConsumer> break_consumer(Breakage breakage, poll::VoteConsumer& queue);
std::unique_ptr<poll::VoteRecorder> break_recorder(Breakage breakage, Database& database);
std::unique_ptr<poll::VoteGates> break_gates(Breakage breakage, poll::VoteGates& gates);

}  // namespace pollux::simulation
