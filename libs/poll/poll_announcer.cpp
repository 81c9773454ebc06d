#include "poll/poll_announcer.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace pollux::poll {
namespace {

constexpr int most_attempts = 10;

Error error_of(const PollError& error) {
  if (error.code == PollErrorCode::unavailable) return unavailable(error.message);
  return {ErrorCode::internal, error.message};
}

PollTime current_time() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// The poll in the store; none if it was removed.
PollResult<std::optional<ManagedPoll>> find_in(PollStore& store, const PollId& id) {
  auto found = store.find(id);
  if (found) return std::optional(*std::move(found));
  if (found.error().code == PollErrorCode::not_found) return std::optional<ManagedPoll>();
  return found.error();
}

// The error of one poll says nothing about the others, unless the store or Redis is unavailable.
bool is_of_all(const PollError& error) {
  return error.code == PollErrorCode::unavailable;
}

// Removes those that the store has.
void erase_listed(std::set<PollId>& strays, const PollPage& page) {
  for (const ManagedPoll& poll : page.polls) strays.erase(poll.id);
}

}  // namespace

PollAnnouncer::PollAnnouncer(VoteGates& gates, PollPublisher& publisher, Options options)
    : gates_(gates), publisher_(publisher), options_(std::move(options)) {}

Result<ManagedPoll> PollAnnouncer::announce(PollStore& store, const ManagedPoll& poll) {
  const auto announced = announce_polls(store, {&poll, 1});
  if (!announced) {
    is_demanded_ = true;
    return announced.error();
  }
  if (!announced->failed.empty()) {
    is_demanded_ = true;
    return error_of(announced->failed.begin()->second);
  }
  return announced->polls.empty() ? poll : announced->polls.begin()->second;
}

Result<void> PollAnnouncer::announce_removal(const PollId& poll) {
  auto removed = gates_.remove(poll);
  if (removed) removed = publisher_.withdraw(poll);
  if (!removed) is_demanded_ = true;
  return removed;
}

Result<bool> PollAnnouncer::reconcile(PollStore& store, Clock::time_point now) {
  const auto due = is_due(now);
  if (!due) return due.error();
  if (!*due) return false;
  is_demanded_ = false;  // before the store is read: a call that fails meanwhile is repeated the next time
  if (auto announced = announce_all(store); !announced) {
    is_demanded_ = true;
    return announced.error();
  }
  reconciled_at_ = now;
  return true;
}

Result<bool> PollAnnouncer::is_due(Clock::time_point now) {
  const auto reconciled = publisher_.is_reconciled();
  if (!reconciled) return reconciled.error();
  return !*reconciled || is_demanded_ || !reconciled_at_ || now - *reconciled_at_ >= options_.reconcile_after;
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
      auto page = store.list(query);
      if (!page) return error_of(page.error());
      if (auto read = read_missing_images(store, page->polls); !read) return read.error();
      const auto announced = announce_polls(store, page->polls);
      if (!announced) return announced.error();
      for (const auto& [id, reason] : announced->failed) {
        if (options_.on_skipped) options_.on_skipped(id, reason);
      }
      erase_listed(strays, *page);
      query.after = page->next;
    } while (query.after);
  }
  for (const PollId& stray : strays) {
    if (auto removed = announce_removal(stray); !removed) return removed;
  }
  return publisher_.end_reconciliation();
}

// A list has no images. Only those that are missing in the directory are read.
Result<void> PollAnnouncer::read_missing_images(PollStore& store, std::span<ManagedPoll> polls) {
  const std::vector<PollId> missing = publisher_.without_image(polls);
  const std::set<PollId> wanted(missing.begin(), missing.end());
  for (ManagedPoll& poll : polls) {
    if (!wanted.contains(poll.id)) continue;
    auto found = store.find(poll.id);
    if (found) {
      poll = *std::move(found);
    } else if (is_of_all(found.error())) {
      return error_of(found.error());
    }
  }
  return {};
}

// Those that are announced in the end, which are not those that were removed meanwhile. What gates and
// directory do not take is read again: it is announced as it is now, or with a higher revision if it has not
// changed.
Result<PollAnnouncer::Announced> PollAnnouncer::announce_polls(PollStore& store,
                                                               std::span<const ManagedPoll> polls) {
  Polls wanted;
  for (const ManagedPoll& poll : polls) wanted.emplace(poll.id, poll);
  Announced announced{.polls = wanted};
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    if (auto done = reinstate_withdrawn(store, wanted, announced); !done) return done.error();
    if (wanted.empty()) return announced;
    const auto others = announce_once(wanted);
    if (!others) return others.error();
    auto next = read_others(store, wanted, *others, announced);
    if (!next) return next.error();
    for (auto& [id, poll] : wanted) announced.polls.insert_or_assign(id, std::move(poll));
    wanted = *std::move(next);
  }
  for (const auto& [id, poll] : wanted) {
    announced.failed.emplace(id, PollError{PollErrorCode::conflict,
                                           "The poll is changed faster than its changes can be announced."});
  }
  return announced;
}

// The polls to announce instead of those that gates and directory did not take.
Result<PollAnnouncer::Polls> PollAnnouncer::read_others(PollStore& store, const Polls& wanted,
                                                        const std::vector<VoteGate>& others,
                                                        Announced& announced) {
  Polls next;
  for (const VoteGate& known : others) {
    auto poll = read_again(store, wanted.at(known.poll), known);
    if (!poll) {
      if (is_of_all(poll.error())) return error_of(poll.error());
      announced.failed.emplace(known.poll, poll.error());
    } else if (*poll) {
      next.emplace(known.poll, **std::move(poll));
    }
  }
  return next;
}

// The store has them, so it has lost their removal.
Result<void> PollAnnouncer::reinstate_withdrawn(PollStore& store, Polls& wanted, Announced& announced) {
  if (wanted.empty()) return {};
  std::vector<PollId> ids;
  for (const auto& [id, poll] : wanted) ids.push_back(id);
  const auto withdrawn = publisher_.withdrawn(ids);
  if (!withdrawn) return withdrawn.error();
  for (const PollId& id : *withdrawn) {
    wanted.erase(id);
    auto reinstated = reinstate(store, id);
    if (!reinstated) {
      if (is_of_all(reinstated.error())) return error_of(reinstated.error());
      announced.failed.emplace(id, reinstated.error());
    } else if (*reinstated) {
      wanted.emplace(id, **std::move(reinstated));
    }
  }
  return {};
}

// None if the announcement is late. What votes the gate took is unknown: it is closed.
PollResult<std::optional<ManagedPoll>> PollAnnouncer::reinstate(PollStore& store, const PollId& id) {
  auto found = find_in(store, id);
  if (!found || !*found) return found;
  VoteGate closed = gate_of(**found);
  closed.state = PollState::closed;
  auto recovered = recover(store, (*found)->revision, {.known = std::move(closed)});
  if (!recovered) {
    if (recovered.error().code == PollErrorCode::not_found) return std::optional<ManagedPoll>();
    return recovered.error();
  }
  if (auto done = publisher_.reinstate(id); !done) return poll_error(done.error());
  return std::optional(*std::move(recovered));
}

// First the gates, then the directory. Returns what they have instead; of what only the directory has, the
// state is that of the store.
Result<std::vector<VoteGate>> PollAnnouncer::announce_once(const Polls& polls) {
  std::vector<VoteGate> gates;
  for (const auto& [id, poll] : polls) gates.push_back(gate_of(poll));
  auto others = gates_.set_all(gates);
  if (!others) return others;
  std::vector<ManagedPoll> gated;
  for (const auto& [id, poll] : polls) {
    if (std::ranges::find(*others, id, &VoteGate::poll) == others->end()) gated.push_back(poll);
  }
  if (gated.empty()) return others;
  const auto published = publisher_.publish_all(gated);
  if (!published) return published.error();
  for (const PublishedRevision& known : *published) {
    others->push_back(gate_of(polls.at(known.poll)));
    others->back().revision = known.revision;
  }
  return others;
}

// The poll to announce instead. What was announced had been committed before: a store that still has
// `announced` has lost it.
PollResult<std::optional<ManagedPoll>> PollAnnouncer::read_again(PollStore& store,
                                                                 const ManagedPoll& announced,
                                                                 const VoteGate& known) {
  auto found = find_in(store, announced.id);
  if (!found || !*found || (*found)->revision != announced.revision) return found;
  auto published = publisher_.published(announced.id);
  if (!published) return poll_error(published.error());
  LostChange lost{.known = known};
  if (*published && (*published)->run == known.run) lost.question = (*published)->content.question;
  auto recovered = recover(store, announced.revision, lost);
  if (recovered) return std::optional(*std::move(recovered));
  // Another process was faster.
  const PollErrorCode code = recovered.error().code;
  if (code == PollErrorCode::conflict || code == PollErrorCode::not_found)
    return find_in(store, announced.id);
  return recovered.error();
}

PollResult<ManagedPoll> PollAnnouncer::recover(PollStore& store, std::uint64_t revision,
                                               const LostChange& lost) {
  auto recovered = store.recover(lost.known.poll, revision, lost, current_time());
  if (recovered && options_.on_recovered) options_.on_recovered(*recovered);
  return recovered;
}

}  // namespace pollux::poll
