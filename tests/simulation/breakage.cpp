#include "simulation/breakage.hpp"

namespace pollux::simulation {

Result<std::vector<poll::QueuedVote>> EarlyAcknowledgement::receive(std::size_t max,
                                                                    std::chrono::milliseconds wait) {
  if (read_ahead_.empty()) {
    auto batch = queue_.receive(max, wait);
    if (!batch || batch->empty()) return batch;
    read_ahead_.push_back(*std::move(batch));
  }
  auto batch = std::move(read_ahead_.front());
  read_ahead_.pop_front();
  (void)queue_.acknowledge(batch);
  if (auto next = queue_.receive(max, std::chrono::milliseconds(0)); next && !next->empty())
    read_ahead_.push_back(*std::move(next));
  return batch;
}

Result<std::vector<poll::PollId>> NoVersionCheck::record(std::span<const poll::QueuedVote> batch) {
  for (const poll::QueuedVote& queued : batch) {
    // Of votes that cannot be changed, the one with the smallest version is kept.
    database_.execute(queued.vote.once
                          ? "UPDATE votes SET version_time = 9000000000000 WHERE poll = ?1 AND voter = ?2"
                          : "UPDATE votes SET version_time = 0 WHERE poll = ?1 AND voter = ?2",
                      queued.vote);
  }
  return database_.record(batch);
}

Result<std::vector<poll::PollId>> StaleDelta::record(std::span<const poll::QueuedVote> batch) {
  for (const poll::QueuedVote& queued : batch) {
    const auto known = remembered_.find({queued.vote.poll, queued.vote.voter});
    if (known == remembered_.end()) continue;
    database_.execute("UPDATE votes SET selection = ?3 WHERE poll = ?1 AND voter = ?2", queued.vote,
                      known->second.text());
  }
  auto changed = database_.record(batch);
  if (!changed) return changed;
  for (const poll::QueuedVote& queued : batch)
    remembered_.insert_or_assign({queued.vote.poll, queued.vote.voter}, queued.vote.selection);
  return changed;
}

Result<std::vector<poll::VoteGate>> LostChangesIgnored::set_all(std::span<const poll::VoteGate> gates) {
  auto set = gates_.set_all(gates);
  if (set) set->clear();
  return set;
}

std::unique_ptr<poll::VoteConsumer> break_consumer(Breakage breakage, poll::VoteConsumer& queue) {
  if (breakage == Breakage::early_acknowledgement) return std::make_unique<EarlyAcknowledgement>(queue);
  if (breakage == Breakage::unrecorded_acknowledged) return std::make_unique<UnrecordedAcknowledged>(queue);
  return nullptr;
}

std::unique_ptr<poll::VoteRecorder> break_recorder(Breakage breakage, Database& database) {
  if (breakage == Breakage::no_version_check) return std::make_unique<NoVersionCheck>(database);
  if (breakage == Breakage::stale_delta) return std::make_unique<StaleDelta>(database);
  return nullptr;
}

std::unique_ptr<poll::VoteGates> break_gates(Breakage breakage, poll::VoteGates& gates) {
  if (breakage == Breakage::lost_changes_ignored) return std::make_unique<LostChangesIgnored>(gates);
  return nullptr;
}

}  // namespace pollux::simulation
