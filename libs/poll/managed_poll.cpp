#include "poll/managed_poll.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <utf8proc.h>

#include "base/random.hpp"
#include "poll/likeness.hpp"
#include "poll/poll_run.hpp"
#include "poll/poll_store.hpp"
#include "poll/poll_text.hpp"

namespace pollux::poll {
namespace {

constexpr std::array<std::string_view, 4> state_names{"draft", "open", "closed", "archived"};
constexpr std::array<std::string_view, 2> change_names{"never", "while_open"};
constexpr std::array<std::string_view, 4> results_names{"live", "after_vote", "after_close", "hidden"};

template <class Value, std::size_t Size>
std::optional<Value> parse_name(const std::array<std::string_view, Size>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Value>(found - names.begin());
}

PollError wrong(std::string message) {
  return {PollErrorCode::invalid, std::move(message)};
}
PollError not_allowed(std::string message) {
  return {PollErrorCode::not_allowed, std::move(message)};
}

bool is_zone_name(std::string_view zone) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  };
  return !zone.empty() && zone.size() <= PollContent::max_zone_bytes && std::ranges::all_of(zone, allowed) &&
         !zone.starts_with('/') && !zone.ends_with('/') && zone.find("//") == std::string_view::npos;
}

PollResult<void> check_time(const std::string& what, const std::optional<PollTime>& time) {
  using std::chrono::sys_days;
  using namespace std::chrono_literals;
  constexpr PollTime first = sys_days(2000y / 1 / 1);
  constexpr PollTime end = sys_days(std::chrono::year(10'000) / 1 / 1);
  if (time && (*time < first || *time >= end)) {
    return wrong("The " + what + " time is not between the years 2000 and 9999.");
  }
  return {};
}

PollResult<void> check_schedule(const PollSchedule& schedule) {
  if (auto checked = check_time("opening", schedule.opens_at); !checked) return checked;
  if (auto checked = check_time("closing", schedule.closes_at); !checked) return checked;
  if (schedule.opens_at && schedule.closes_at && *schedule.closes_at <= *schedule.opens_at) {
    return wrong("The closing time is not after the opening time.");
  }
  if (!is_zone_name(schedule.zone)) {
    return wrong("The time zone is no name such as Europe/Berlin or UTC.");
  }
  return {};
}

struct Transition {
  std::optional<PollState> to;
  std::string_view advice;  // if there is none
};

// By action, then by state, in the order of the enumerations.
constexpr std::array<std::array<Transition, 4>, 4> transitions{{
    // open
    {{{PollState::open, ""},
      {PollState::open, ""},
      {PollState::open, ""},
      {{}, "The poll is archived. Duplicate it, and open the copy."}}},
    // close
    {{{{}, "The poll is a draft: it is not open."},
      {PollState::closed, ""},
      {PollState::closed, ""},
      {{}, "The poll is archived: it is not open."}}},
    // reset
    {{{{}, "The poll is a draft: its run has no votes yet."},
      {PollState::draft, ""},
      {PollState::draft, ""},
      {{}, "The poll is archived. Duplicate it to ask again."}}},
    // archive
    {{{PollState::archived, ""},
      {{}, "The poll is open. Close it, then archive it."},
      {PollState::archived, ""},
      {PollState::archived, ""}}},
}};

ManagedPoll revised(ManagedPoll poll, PollTime now) {
  ++poll.revision;
  poll.changed_at = now;
  return poll;
}

PollResult<void> begin_next_run(ManagedPoll& poll, PollTime now) {
  if (poll.run >= max_run)
    return not_allowed("The poll has reached its last run. Duplicate it to ask again.");
  ++poll.run;
  poll.opened_at.reset();
  poll.closed_at.reset();
  poll.votes_deleted_at.reset();
  if (poll.state == PollState::open) poll.opened_at = now;
  return {};
}

}  // namespace

PollError poll_error(const Error& error) {
  switch (error.code) {
    case ErrorCode::invalid:
      return {PollErrorCode::invalid, error.message};
    case ErrorCode::full:
      return {PollErrorCode::full, error.message};
    case ErrorCode::unavailable:
      return {PollErrorCode::unavailable, error.message};
    case ErrorCode::internal:
      break;
  }
  return {PollErrorCode::internal, error.message};
}

void throw_exception_from_error(const PollError& error, const boost::source_location&) {
  throw std::logic_error("value() of an error: " + error.message);
}

std::string_view name_of(PollState state) {
  return state_names.at(static_cast<std::size_t>(state));
}
std::string_view name_of(ChangePolicy policy) {
  return change_names.at(static_cast<std::size_t>(policy));
}
std::string_view name_of(ResultsPolicy policy) {
  return results_names.at(static_cast<std::size_t>(policy));
}
std::optional<PollState> parse_state(std::string_view name) {
  return parse_name<PollState>(state_names, name);
}
std::optional<ChangePolicy> parse_change_policy(std::string_view name) {
  return parse_name<ChangePolicy>(change_names, name);
}
std::optional<ResultsPolicy> parse_results_policy(std::string_view name) {
  return parse_name<ResultsPolicy>(results_names, name);
}

PollResult<void> check(const PollContent& content) {
  if (auto checked = check_poll_text("The title", content.title, PollContent::max_title_bytes); !checked) {
    return poll_error(checked.error());
  }
  const auto& keep = content.policies.keep_days;
  if (keep && (*keep == 0 || *keep > PollContent::max_keep_days)) {
    return wrong("Votes are kept for 1 to " + std::to_string(PollContent::max_keep_days) +
                 " days after the close, or for good.");
  }
  return check_schedule(content.schedule);
}

PollResult<void> check(const NewPoll& poll) {
  if (poll.key.size() > NewPoll::max_key_bytes || !is_plain_text(poll.key)) {
    return wrong("The key of a new poll is plain text of at most " + std::to_string(NewPoll::max_key_bytes) +
                 " bytes.");
  }
  return check(poll.content);
}

PollId make_poll_id(std::chrono::system_clock::time_point now) {
  constexpr std::size_t digits = 24;  // 12 of the time, 12 random ones
  return PollId::parse(make_ordered_id(now).substr(0, digits)).value();
}

PollId run_id(const ManagedPoll& poll) {
  return id_of_run(poll.id, poll.run);
}

ManagedPoll new_poll(PollId id, PollCode code, PollContent content, PollTime now) {
  return {.id = std::move(id),
          .code = std::move(code),
          .content = std::move(content),
          .created_at = now,
          .changed_at = now};
}

PollResult<void> check_revision(const ManagedPoll& poll, std::uint64_t revision) {
  if (poll.revision == revision) return {};
  return PollError{PollErrorCode::conflict, "The poll has changed: it has revision " +
                                                std::to_string(poll.revision) + ", not " +
                                                std::to_string(revision) + ". Load it again."};
}

PollResult<ManagedPoll> changed(ManagedPoll poll, PollAction action, PollTime now) {
  const Transition& transition =
      transitions.at(static_cast<std::size_t>(action)).at(static_cast<std::size_t>(poll.state));
  if (!transition.to) return not_allowed(std::string(transition.advice));
  if (*transition.to == poll.state) return poll;
  const auto& closes_at = poll.content.schedule.closes_at;
  if (action == PollAction::open && closes_at && *closes_at <= now) {
    return not_allowed("The closing time of the poll has passed. Set a later one, or remove it.");
  }
  if (action == PollAction::open && poll.votes_deleted_at) {
    return not_allowed(
        "The votes of this run were deleted when their time had passed, so that those who voted would be "
        "counted twice. Reset the poll: it begins a new run.");
  }
  poll.state = *transition.to;
  if (action == PollAction::open) {
    if (!poll.opened_at) poll.opened_at = now;
    poll.closed_at.reset();
  }
  if (action == PollAction::close) poll.closed_at = now;
  if (action == PollAction::reset) {
    // A schedule of the past would open the new run at once.
    poll.content.schedule = {.opens_at = {}, .closes_at = {}, .zone = poll.content.schedule.zone};
    if (auto begun = begin_next_run(poll, now); !begun) return begun.error();
  }
  return revised(std::move(poll), now);
}

PollResult<ManagedPoll> edited(ManagedPoll poll, PollContent content, bool run_has_votes, PollTime now) {
  if (poll.state == PollState::archived) {
    return not_allowed("The poll is archived. Duplicate it, and edit the copy.");
  }
  if (auto checked = check(content); !checked) return checked.error();
  if (content == poll.content) return poll;
  const bool asked = poll.opened_at.has_value();
  if (asked && compare(poll.content.question, content.question) == Likeness::other) {
    if (run_has_votes) {
      return not_allowed(
          "The question has votes, which would count for something else. Correct single letters, or reset "
          "the "
          "poll: its votes are kept as an earlier run.");
    }
    if (auto begun = begin_next_run(poll, now); !begun) return begun.error();
  }
  poll.content = std::move(content);
  return revised(std::move(poll), now);
}

const Logo* shown_logo(const ManagedPoll& poll) {
  const auto& logo = poll.content.theme.logo;
  return logo && poll.state != PollState::draft ? &*logo : nullptr;
}

PollContent content_of_copy(const ManagedPoll& poll) {
  PollContent content = poll.content;
  content.schedule = {.opens_at = {}, .closes_at = {}, .zone = content.schedule.zone};
  return content;
}

PollResult<void> check_removable(const ManagedPoll& poll) {
  if (poll.state == PollState::open) return not_allowed("The poll is open. Close it, then delete it.");
  return {};
}

PollResult<ManagedPoll> duplicate(PollStore& store, const PollId& of, const PollId& id, PollTime now) {
  const auto found = store.find(of);
  if (!found) return found.error();
  return store.create(id, content_of_copy(*found), now);
}

std::string search_text(const ManagedPoll& poll) {
  return folded(poll.code.text() + " " + poll.content.title + " " + poll.content.question.text());
}

std::string folded(std::string_view text) {
  std::string bytes;
  for (const char32_t point : comparable(text)) {
    std::array<utf8proc_uint8_t, 4> encoded{};
    const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(point), encoded.data());
    bytes.append(reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size));
  }
  return bytes;
}

}  // namespace pollux::poll
