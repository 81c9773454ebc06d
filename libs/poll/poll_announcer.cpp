#include "poll/poll_announcer.hpp"

#include <set>
#include <utility>
#include <vector>

namespace pollux::poll {
namespace {

Error error_of(const PollError& error) {
  if (error.code == PollErrorCode::unavailable) return unavailable(error.message);
  return {ErrorCode::internal, error.message};
}

// Removes those that the store has.
void erase_listed(std::set<PollId>& strays, const PollPage& page) {
  for (const ManagedPoll& poll : page.polls) strays.erase(poll.id);
}

}  // namespace

PollAnnouncer::PollAnnouncer(VoteGates& gates, PollPublisher& publisher, Options options)
    : gates_(gates), publisher_(publisher), options_(options) {}

Result<void> PollAnnouncer::announce(const ManagedPoll& poll) {
  if (auto set = gates_.set(gate_of(poll)); !set) return noted(std::move(set));
  return noted(publisher_.publish(poll));
}

Result<void> PollAnnouncer::announce_removal(const PollId& poll) {
  if (auto removed = gates_.remove(poll); !removed) return noted(std::move(removed));
  return noted(publisher_.withdraw(poll));
}

Result<void> PollAnnouncer::noted(Result<void> outcome) {
  if (!outcome) failed_ = true;
  return outcome;
}

Result<bool> PollAnnouncer::reconcile(PollStore& store, Clock::time_point now) {
  const auto due = is_due(now);
  if (!due) return due.error();
  if (!*due) return false;
  failed_ = false;  // before the store is read: a call that fails meanwhile is repeated the next time
  if (auto announced = noted(announce_all(store)); !announced) return announced.error();
  reconciled_at_ = now;
  return true;
}

Result<bool> PollAnnouncer::is_due(Clock::time_point now) {
  const auto reconciled = publisher_.is_reconciled();
  if (!reconciled) return reconciled.error();
  return !*reconciled || failed_ || !reconciled_at_ || now - *reconciled_at_ >= options_.reconcile_after;
}

// What is announced is read before the store: a poll that is in neither of its lists was removed. Polls only
// move from the list of the others to that of the archived ones, so these are read last.
Result<void> PollAnnouncer::announce_all(PollStore& store) {
  const auto published = publisher_.begin_reconciliation();
  if (!published) return published.error();
  const auto gated = gates_.polls();
  if (!gated) return gated.error();
  std::set<PollId> strays(published->begin(), published->end());
  strays.insert(gated->begin(), gated->end());
  for (const bool archived : {false, true}) {
    PollQuery query{.search = {}, .archived = archived, .limit = PollQuery::max_limit};
    do {
      const auto page = store.list(query);
      if (!page) return error_of(page.error());
      if (auto announced = announce_page(*page); !announced) return announced;
      erase_listed(strays, *page);
      query.after = page->next;
    } while (query.after);
  }
  for (const PollId& stray : strays) {
    if (auto removed = announce_removal(stray); !removed) return removed;
  }
  return publisher_.end_reconciliation();
}

Result<void> PollAnnouncer::announce_page(const PollPage& page) {
  std::vector<VoteGate> gates;
  gates.reserve(page.polls.size());
  for (const ManagedPoll& poll : page.polls) gates.push_back(gate_of(poll));
  if (auto set = gates_.set_all(gates); !set) return set;
  return publisher_.publish_all(page.polls);
}

}  // namespace pollux::poll
