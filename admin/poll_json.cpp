#include "admin/poll_json.hpp"

#include <utility>

#include <boost/json/serialize.hpp>

#include "admin/utc_time.hpp"
#include "base/json_object.hpp"
#include "poll/question_json.hpp"

namespace pollux::admin {
namespace {

std::optional<poll::Question> read_question(JsonMembers& members) {
  const boost::json::value* const value = members.find("question");
  if (value == nullptr) return std::nullopt;
  auto question = poll::parse_question_json(boost::json::serialize(*value));
  if (question) return *std::move(question);
  members.fail(invalid_values(question.error().message));
  return std::nullopt;
}

void finish(JsonMembers& inner, JsonMembers& outer) {
  if (auto finished = inner.finish(); !finished) outer.fail(finished.error());
}

void read_policies(JsonMembers& members, poll::PollPolicies& policies) {
  const boost::json::object* const object = members.object("policies");
  if (object == nullptr) return;
  JsonMembers inner(*object, "policies");
  inner.choice("change", policies.change, poll::parse_change_policy, "never and while_open");
  inner.choice("results", policies.results, poll::parse_results_policy,
               "live, after_vote, after_close and hidden");
  inner.integer_or_null("keep_days", policies.keep_days);
  inner.boolean("require_cookie", policies.require_cookie);
  finish(inner, members);
}

void read_time(JsonMembers& members, std::string_view name, std::optional<poll::PollTime>& target) {
  const boost::json::value* const value = members.find(name);
  if (value == nullptr) return;
  if (value->is_null()) return target.reset();
  if (value->is_string()) {
    if (const auto time = parse_utc(std::string_view(value->get_string()))) {
      target = *time;
      return;
    }
  }
  members.fail(name, "is neither null nor a time such as \"2026-11-27T12:00:00Z\"");
}

void read_schedule(JsonMembers& members, poll::PollSchedule& schedule) {
  const boost::json::object* const object = members.object("schedule");
  if (object == nullptr) return;
  JsonMembers inner(*object, "schedule");
  read_time(inner, "opens_at", schedule.opens_at);
  read_time(inner, "closes_at", schedule.closes_at);
  inner.text("zone", schedule.zone);
  finish(inner, members);
}

void read_theme(JsonMembers& members, poll::Theme& theme) {
  const boost::json::object* const object = members.object("theme");
  if (object == nullptr) return;
  JsonMembers inner(*object, "theme");
  if (const boost::json::value* const accent = inner.find("accent")) {
    theme.accent = accent->is_string() ? parse_color(std::string_view(accent->get_string())) : std::nullopt;
    if (!theme.accent && !accent->is_null()) {
      inner.fail("accent", "is neither null nor a color such as \"#1d4ed8\"");
    }
  }
  inner.choice("scheme", theme.scheme, poll::parse_color_scheme, "auto, light and dark");
  finish(inner, members);
}

std::string json_of(const poll::PollPolicies& policies) {
  JsonObject object;
  object.text("change", name_of(policies.change)).text("results", name_of(policies.results));
  if (policies.keep_days) {
    object.number("keep_days", std::uint64_t{*policies.keep_days});
  } else {
    object.null("keep_days");
  }
  object.boolean("require_cookie", policies.require_cookie);
  return object.take();
}

std::string json_of(const poll::PollSchedule& schedule) {
  return JsonObject()
      .json("opens_at", json_time(schedule.opens_at))
      .json("closes_at", json_time(schedule.closes_at))
      .text("zone", schedule.zone)
      .take();
}

}  // namespace

std::optional<poll::PollContent> read_content(JsonMembers& members, const poll::PollContent* base) {
  std::string title = base != nullptr ? base->title : "";
  const bool has_title = members.text("title", title);
  auto question = read_question(members);
  if (base == nullptr) {
    members.require(has_title, "title");
    members.require(members.find("question") != nullptr, "question");
  } else if (!question) {
    question = base->question;
  }
  poll::PollPolicies policies = base != nullptr ? base->policies : poll::PollPolicies();
  poll::PollSchedule schedule = base != nullptr ? base->schedule : poll::PollSchedule();
  read_policies(members, policies);
  poll::Theme theme = base != nullptr ? base->theme : poll::Theme();
  read_schedule(members, schedule);
  read_theme(members, theme);
  if (!question) return std::nullopt;
  return poll::PollContent{.title = std::move(title),
                           .question = *std::move(question),
                           .policies = policies,
                           .schedule = std::move(schedule),
                           .theme = std::move(theme)};
}

std::string json_of(const ShownPoll& shown) {
  const poll::ManagedPoll& poll = shown.poll;
  JsonObject object;
  object.text("id", poll.id.text())
      .text("code", poll.code.text())
      .text("title", poll.content.title)
      .json("question", poll::to_json(poll.content.question))
      .json("policies", json_of(poll.content.policies))
      .json("schedule", json_of(poll.content.schedule))
      .json("theme", poll::to_json(poll.content.theme))
      .json("logo", poll.content.theme.logo ? poll::to_json(*poll.content.theme.logo) : "null")
      .text("state", name_of(poll.state))
      .number("run", std::uint64_t{poll.run})
      .number("revision", poll.revision)
      .text("created_at", utc_text(poll.created_at))
      .text("changed_at", utc_text(poll.changed_at))
      .json("opened_at", json_time(poll.opened_at))
      .json("closed_at", json_time(poll.closed_at))
      .json("votes_deleted_at", json_time(poll.votes_deleted_at))
      .json("maker", poll.maker ? json_string(poll.maker->text()) : "null")
      .number("voters", shown.voters)
      .text("vote_url", shown.vote_url)
      .text("result_url", shown.result_url);
  return object.take();
}

std::string json_time(const std::optional<std::chrono::sys_seconds>& time) {
  return time ? json_string(utc_text(*time)) : "null";
}

}  // namespace pollux::admin
