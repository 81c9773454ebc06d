// The port of the store that keeps the polls that people make. Its contract has a conformance suite in
// tests/conformance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "poll/lost_changes.hpp"
#include "poll/managed_poll.hpp"

namespace pollux::poll {

struct PollQuery {
  static constexpr std::size_t max_search_bytes = 100;
  static constexpr std::size_t max_limit = 100;

  std::string search;              // a part of code, title or question; empty: all
  bool archived = false;           // the archived ones, or all others
  std::optional<MakerId> maker{};  // only those that this account made
  std::optional<PollId> after{};   // the cursor: PollPage::next of the previous page
  std::size_t limit = 20;          // 1 to max_limit
};

struct PollPage {
  std::vector<ManagedPoll> polls;  // the newest first
  std::optional<PollId> next;      // none: this is the last page
};

// What PollStore::create() makes a draft of.
struct NewPoll {
  static constexpr std::size_t max_key_bytes = 64;

  PollId id;  // from make_poll_id()
  PollContent content;
  std::optional<MakerId> maker{};
  // The poll is created once under this key, also if repeated calls have other ids. Plain text of up to
  // max_key_bytes; empty: none.
  std::string key{};
};

// One period of asking a poll. Its votes are recorded under id_of_run(poll, run).
struct PollRun {
  std::uint32_t run = 1;
  Question question;  // as it was worded last
  std::optional<PollTime> opened_at;
  std::optional<PollTime> closed_at;  // also when the next run ended this one
  std::optional<PollTime> votes_deleted_at{};

  friend bool operator==(const PollRun&, const PollRun&) = default;
};

// What the schedule of a poll demands: change(poll, action, revision, now).
struct DueAction {
  PollId poll;
  PollAction action = PollAction::open;
  std::uint64_t revision = 0;

  friend bool operator==(const DueAction&, const DueAction&) = default;
};

// What erase_expired() has done.
struct ExpiredVotes {
  std::size_t votes = 0;       // deleted
  std::vector<PollId> runs{};  // whose votes are deleted from now on, by their ids (id_of_run)
};

// Keeps the polls that people make, in the database that has their votes. One thread at a time; any number of
// stores, in any processes, use the same database at once. Each call is one transaction, and on disk when it
// returns. After `unavailable` it is unknown whether a change was made: repeat the call. A repeated
// create() returns the poll that is there, and the others check the revision.
//
// An unknown id or code, or that of a removed poll, is `not_found`. A time that is passed is the current one.
class PollStore {
 public:
  static constexpr std::size_t max_polls = 10'000;        // beyond it create() is `full`
  static constexpr std::size_t max_logos = 1'000;         // different images; beyond it an edit() is `full`
  static constexpr std::uint32_t max_runs_listed = 1000;  // the newest

  virtual ~PollStore() = default;

  // A draft with a code of its own. If there is a poll with that id or key, returns it as it is; if it was
  // removed, `conflict`.
  virtual PollResult<ManagedPoll> create(const NewPoll& poll, PollTime now) = 0;
  // The same without maker and key.
  PollResult<ManagedPoll> create(const PollId& id, const PollContent& content, PollTime now) {
    return create({.id = id, .content = content}, now);
  }

  virtual PollResult<ManagedPoll> find(const PollId& id) = 0;
  virtual PollResult<ManagedPoll> find(const PollCode& code) = 0;

  // Pages through the polls. One that is created meanwhile may be missing, none comes twice. Logos come
  // without their images.
  virtual PollResult<PollPage> list(const PollQuery& query) = 0;

  // edited() (managed_poll.hpp) with the content; `conflict` unless the poll has `revision`. A logo that the
  // poll has already may come without its image.
  virtual PollResult<ManagedPoll> edit(const PollId& id, std::uint64_t revision, const PollContent& content,
                                       PollTime now) = 0;

  // changed() (managed_poll.hpp) with the action: opens, closes, resets or archives the poll. With a
  // revision, `conflict` unless the poll has it.
  virtual PollResult<ManagedPoll> change(const PollId& id, PollAction action,
                                         std::optional<std::uint64_t> revision, PollTime now) = 0;

  // recovered() (lost_changes.hpp): the services for voters know a change that this database has lost.
  // `conflict` unless the poll has `revision`: someone else was faster.
  virtual PollResult<ManagedPoll> recover(const PollId& id, std::uint64_t revision, const LostChange& lost,
                                          PollTime now) = 0;

  // The runs of the poll, the newest first, at most max_runs_listed. Not those whose question is unknown,
  // because the database has lost them.
  virtual PollResult<std::vector<PollRun>> runs(const PollId& id) = 0;

  // For those who keep a copy of the polls: a number that grows with each change of any poll, and the
  // revision of each poll. Cheap, so that they may ask often.
  virtual PollResult<std::uint64_t> change_count() = 0;
  virtual PollResult<std::map<PollId, std::uint64_t>> revisions() = 0;

  // Up to `limit` (1 to PollQuery::max_limit) polls whose schedule demands an action now. A draft whose
  // closing time has passed too stays a draft.
  virtual PollResult<std::vector<DueAction>> due(PollTime now, std::size_t limit) = 0;

  // Deletes title, logo and questions at once, and lets erase_removed() delete the votes. Not an open poll;
  // the revision is checked. The id and the code are not used again.
  virtual PollResult<void> remove(const PollId& id, std::uint64_t revision, PollTime now) = 0;

  // Deletes up to `max_votes` (at least 1) votes of removed polls, and their tallies once no votes are left.
  // Returns how many votes it deleted. Call it periodically, because votes that were queued when their poll
  // was removed are recorded later.
  virtual PollResult<std::size_t> erase_removed(std::size_t max_votes) = 0;

  // Deletes up to `max_votes` (at least 1) votes of runs that were closed at least PollPolicies::keep_days
  // ago. The tallies stay. Such a run is marked first, and is not opened again, also if the policy changes
  // later. Call it periodically, as erase_removed().
  virtual PollResult<ExpiredVotes> erase_expired(std::size_t max_votes, PollTime now) = 0;
};

// A draft with the content of another poll but its schedule. `id` as for create().
PollResult<ManagedPoll> duplicate(PollStore& store, const PollId& of, const PollId& id, PollTime now);

// Checks the bounds of the content and the key.
PollResult<void> check(const NewPoll& poll);

}  // namespace pollux::poll
