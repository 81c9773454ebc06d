// A poll that someone made, with the rules of its life: what may be changed, and when. No input or output; a
// PollStore (poll_store.hpp) keeps the polls. The poll of the settings, `default`, is none of these.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/system/result.hpp>

#include "base/bounded_text.hpp"
#include "base/result.hpp"
#include "poll/poll_code.hpp"
#include "poll/question.hpp"
#include "poll/theme.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

// What callers of the functions below distinguish.
enum class PollErrorCode {
  not_found,    // there is no such poll
  conflict,     // someone else has changed the poll: read it again
  not_allowed,  // not in the poll's state; the message says what is possible
  invalid,      // the values are wrong
  full,         // a limit of the store
  unavailable,  // the same call may succeed later
  internal      // damaged data, or a fault of this program
};

struct PollError {
  PollErrorCode code = PollErrorCode::internal;
  std::string message;  // for people
};

PollError poll_error(const Error& error);

// Called by boost::system::result if value() is called on an error.
[[noreturn]] void throw_exception_from_error(const PollError& error, const boost::source_location&);

template <class T>
using PollResult = boost::system::result<T, PollError>;

using PollTime = std::chrono::sys_seconds;  // UTC

// The current run is being prepared, takes votes, takes none at present, or is history.
enum class PollState { draft, open, closed, archived };
enum class PollAction { open, close, reset, archive };

enum class ChangePolicy { never, while_open };                       // whether voters may change their vote
enum class ResultsPolicy { live, after_vote, after_close, hidden };  // when voters see results

// In stored data and in the API; also the messages use them.
std::string_view name_of(PollState state);
std::string_view name_of(ChangePolicy policy);
std::string_view name_of(ResultsPolicy policy);
std::optional<PollState> parse_state(std::string_view name);
std::optional<ChangePolicy> parse_change_policy(std::string_view name);
std::optional<ResultsPolicy> parse_results_policy(std::string_view name);

struct PollPolicies {
  ChangePolicy change = ChangePolicy::while_open;
  ResultsPolicy results = ResultsPolicy::live;
  std::optional<std::uint32_t> keep_days = 30;  // votes are deleted so long after the close; none: kept
  // Votes count only from browsers that have sent back the cookie of an earlier page. The program may require
  // it for all polls; a poll that does not never lifts that.
  bool require_cookie = false;

  friend bool operator==(const PollPolicies&, const PollPolicies&) = default;
};

// A draft opens and an open poll closes at these times (PollStore::due).
struct PollSchedule {
  std::optional<PollTime> opens_at;
  std::optional<PollTime> closes_at;
  std::string zone = "UTC";  // IANA time zone in which people see and enter the times

  friend bool operator==(const PollSchedule&, const PollSchedule&) = default;
};

// What people enter.
struct PollContent {
  static constexpr std::size_t max_title_bytes = 200;
  static constexpr std::uint32_t max_keep_days = 3650;
  static constexpr std::size_t max_zone_bytes = 64;

  std::string title;  // for lists; voters see the question
  Question question;
  PollPolicies policies{};
  PollSchedule schedule{};
  Theme theme{};

  friend bool operator==(const PollContent&, const PollContent&) = default;
};

// The account that made a poll: an accounts::AccountId, without a meaning in this library.
struct MakerIdTag {
  static constexpr std::string_view name = "id of the maker";
};
using MakerId = BoundedText<MakerIdTag, 24>;

// Checks the bounds above, that the title is visible plain text, that the times are between the years 2000
// and 9999 and in order, and that the zone is a name as in "Europe/Berlin" (not whether it exists).
PollResult<void> check(const PollContent& content);

struct ManagedPoll {
  PollId id;
  PollCode code;
  PollContent content;
  PollState state = PollState::draft;
  std::uint32_t run = 1;
  std::uint64_t revision = 1;  // grows by one with each change
  PollTime created_at{};
  PollTime changed_at{};
  std::optional<PollTime> opened_at{};  // of the run, the first time; none: never asked
  std::optional<PollTime> closed_at{};  // of the run, the last time; none while it is open
  std::optional<MakerId> maker{};       // none: unknown
  // When the votes of the run were deleted (PollStore::erase_expired); its tally stays.
  std::optional<PollTime> votes_deleted_at{};

  friend bool operator==(const ManagedPoll&, const ManagedPoll&) = default;
};

// An id for a new poll: 24 hexadecimal digits that sort by time. Its runs have the ids of id_of_run().
PollId make_poll_id(std::chrono::system_clock::time_point now);
PollId run_id(const ManagedPoll& poll);

ManagedPoll new_poll(PollId id, PollCode code, PollContent content, PollTime now);

// `conflict` unless the poll has this revision.
PollResult<void> check_revision(const ManagedPoll& poll, std::uint64_t revision);

// The only table of transitions:
//
//   action    draft      open       closed     archived
//   open      open       (open)     open       -
//   close     -          closed     (closed)   -
//   reset     -          draft      draft      -
//   archive   archived   -          archived   (archived)
//
// In parentheses: nothing changes, since two people may do the same. `-` is `not_allowed`, with a message
// that says what to do instead. A reset begins the next run, without a schedule; the votes of the earlier
// ones stay. A poll with a closing time in the past can't be opened, nor a run whose votes were deleted:
// their voters would be counted twice.
PollResult<ManagedPoll> changed(ManagedPoll poll, PollAction action, PollTime now);

// Replaces the content. An archived poll can't be edited. What people were asked in a run never changes its
// meaning: once the run was opened, the question may only be reworded as compare() allows (case, spaces,
// punctuation, one letter). Any other change begins the next run, in the same state, or is `not_allowed` if
// the run has votes. Unchanged if the content is the same.
PollResult<ManagedPoll> edited(ManagedPoll poll, PollContent content, bool run_has_votes, PollTime now);

// The logo as people may see it: not before they see the question. Null: none.
const Logo* shown_logo(const ManagedPoll& poll);

// The content of a copy: all but the schedule.
PollContent content_of_copy(const ManagedPoll& poll);

// `not_allowed` for an open poll: votes would be lost.
PollResult<void> check_removable(const ManagedPoll& poll);

// What searches compare: code, title and question without differences that readers do not see.
std::string search_text(const ManagedPoll& poll);
// The same for what someone searches.
std::string folded(std::string_view text);

}  // namespace pollux::poll
