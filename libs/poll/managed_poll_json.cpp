#include "poll/managed_poll_json.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "poll/poll_run.hpp"
#include "poll/question_json.hpp"

namespace pollux::poll {
namespace {

namespace json = boost::json;

void add_text(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  append_json_string(out, text, text.size());
}

void add_number(std::string& out, std::string_view name, std::uint64_t number) {
  out.append(",\"").append(name).append("\":").append(std::to_string(number));
}

void add_time(std::string& out, std::string_view name, const std::optional<PollTime>& time) {
  out.append(",\"").append(name).append("\":");
  out += time ? std::to_string(time->time_since_epoch().count()) : "null";
}

// Reads the members of an object. After an error, the other reads return nothing of use.
class StoredMembers {
 public:
  explicit StoredMembers(const json::object& object) : object_(object) {}

  std::string text(std::string_view name) {
    const json::value* const value = find(name);
    if (value != nullptr && value->is_string()) return std::string(std::string_view(value->get_string()));
    return fail(name, std::string());
  }

  std::uint64_t number(std::string_view name, std::uint64_t max) {
    const json::value* const value = find(name);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 1) return fail(name, std::uint64_t{1});
    const auto read = static_cast<std::uint64_t>(value->get_int64());
    return read <= max ? read : fail(name, std::uint64_t{1});
  }
  std::optional<std::uint64_t> number_or_null(std::string_view name, std::uint64_t max) {
    return is_null(name) ? std::nullopt : std::optional(number(name, max));
  }

  PollTime time(std::string_view name) {
    const json::value* const value = find(name);
    if (value != nullptr && value->is_int64()) return PollTime(std::chrono::seconds(value->get_int64()));
    return fail(name, PollTime());
  }
  std::optional<PollTime> time_or_null(std::string_view name) {
    return is_null(name) ? std::nullopt : std::optional(time(name));
  }

  // What `parse` makes of a text.
  template <class Parse>
  auto parsed(std::string_view name, const Parse& parse) {
    auto value = parse(text(name));
    if (!value) fail(name, 0);
    return value;
  }

  Result<Question> question(std::string_view name) {
    const json::value* const value = find(name);
    if (value == nullptr) return invalid("The question is missing.");
    return parse_question_json(json::serialize(*value));
  }

  // The design's own if there is none, as earlier versions have it.
  Theme theme(std::string_view name) {
    const json::value* const value = find(name);
    if (value == nullptr) return {};
    if (!value->is_object()) return fail(name, Theme());
    StoredMembers inner(value->get_object());
    Theme theme;
    if (!inner.is_null("accent")) {
      theme.accent = inner.parsed("accent", [](const auto& text) { return parse_color(text); });
    }
    const auto scheme = inner.parsed("scheme", [](const auto& text) { return parse_color_scheme(text); });
    if (!inner.finish()) return fail(name, Theme());
    theme.scheme = *scheme;
    return theme;
  }

  // False if there is none, as earlier versions have it.
  bool flag(std::string_view name) {
    const json::value* const value = find(name);
    if (value == nullptr) return false;
    return value->is_bool() ? value->get_bool() : fail(name, false);
  }

  std::optional<Logo> logo(std::string_view name) {
    const json::value* const value = find(name);
    if (value == nullptr) return {};
    if (!value->is_object()) return fail(name, std::nullopt);
    StoredMembers inner(value->get_object());
    const auto type = inner.parsed("type", [](const auto& text) { return parse_media_type(text); });
    Logo logo{.hash = inner.text("hash"), .format = {}, .alternative = inner.text("alt")};
    logo.format.width = static_cast<std::uint32_t>(inner.number("width", Logo::max_side));
    logo.format.height = static_cast<std::uint32_t>(inner.number("height", Logo::max_side));
    std::array<std::uint8_t, Logo::hash_digits / 2> hash;
    if (!inner.finish() || !from_hex(logo.hash, hash) || !check_alternative(logo.alternative)) {
      return fail(name, std::nullopt);
    }
    logo.format.type = *type;
    return logo;
  }

  Result<void> finish() const {
    if (wrong_.empty()) return {};
    return invalid("The member " + wrong_ + " of the poll is missing or wrong.");
  }

 private:
  const json::value* find(std::string_view name) const { return object_.if_contains(name); }
  bool is_null(std::string_view name) const {
    const json::value* const value = find(name);
    return value != nullptr && value->is_null();
  }

  template <class T>
  T fail(std::string_view name, T result) {
    if (wrong_.empty()) wrong_ = name;
    return result;
  }

  const json::object& object_;
  std::string wrong_;
};

Result<ManagedPoll> read_poll(StoredMembers& members) {
  auto question = members.question("question");
  if (!question) return question.error();
  const auto id = members.parsed("id", [](const auto& text) { return PollId::parse(text); });
  const auto code = members.parsed("code", [](const auto& text) { return PollCode::parse(text); });
  const auto change = members.parsed("change", [](const auto& text) { return parse_change_policy(text); });
  const auto results = members.parsed("results", [](const auto& text) { return parse_results_policy(text); });
  const auto state = members.parsed("state", [](const auto& text) { return parse_state(text); });
  std::string title = members.text("title");
  const auto keep_days = members.number_or_null("keep_days", PollContent::max_keep_days);
  PollSchedule schedule{.opens_at = members.time_or_null("opens_at"),
                        .closes_at = members.time_or_null("closes_at"),
                        .zone = members.text("zone")};
  const std::uint64_t run = members.number("run", max_run);
  const std::uint64_t revision = members.number("revision", std::numeric_limits<std::uint64_t>::max());
  const PollTime created_at = members.time("created_at");
  const PollTime changed_at = members.time("changed_at");
  const auto opened_at = members.time_or_null("opened_at");
  const auto closed_at = members.time_or_null("closed_at");
  Theme theme = members.theme("theme");
  theme.logo = members.logo("logo");
  const bool require_cookie = members.flag("require_cookie");
  if (auto finished = members.finish(); !finished) return finished.error();
  PollPolicies policies{
      .change = *change, .results = *results, .keep_days = std::nullopt, .require_cookie = require_cookie};
  if (keep_days) policies.keep_days = static_cast<std::uint32_t>(*keep_days);
  PollContent content{.title = std::move(title),
                      .question = *std::move(question),
                      .policies = policies,
                      .schedule = std::move(schedule),
                      .theme = std::move(theme)};
  if (auto checked = check(content); !checked) return invalid(checked.error().message);
  return ManagedPoll{.id = *id,
                     .code = *code,
                     .content = std::move(content),
                     .state = *state,
                     .run = static_cast<std::uint32_t>(run),
                     .revision = revision,
                     .created_at = created_at,
                     .changed_at = changed_at,
                     .opened_at = opened_at,
                     .closed_at = closed_at};
}

}  // namespace

std::string to_json(const ManagedPoll& poll) {
  const PollContent& content = poll.content;
  std::string out = "{\"id\":";
  append_json_string(out, poll.id.text(), PollId::limit);
  add_text(out, "code", poll.code.text());
  add_text(out, "title", content.title);
  out.append(",\"question\":").append(to_json(content.question));
  add_text(out, "change", name_of(content.policies.change));
  add_text(out, "results", name_of(content.policies.results));
  out.append(",\"keep_days\":");
  out += content.policies.keep_days ? std::to_string(*content.policies.keep_days) : "null";
  add_time(out, "opens_at", content.schedule.opens_at);
  add_time(out, "closes_at", content.schedule.closes_at);
  add_text(out, "zone", content.schedule.zone);
  add_text(out, "state", name_of(poll.state));
  add_number(out, "run", poll.run);
  add_number(out, "revision", poll.revision);
  add_time(out, "created_at", poll.created_at);
  add_time(out, "changed_at", poll.changed_at);
  add_time(out, "opened_at", poll.opened_at);
  add_time(out, "closed_at", poll.closed_at);
  // Only if they differ from the default, so that the other polls have the text that earlier versions wrote.
  if (has_own_colors(content.theme)) out.append(",\"theme\":").append(to_json(content.theme));
  if (content.theme.logo) out.append(",\"logo\":").append(to_json(*content.theme.logo));
  if (content.policies.require_cookie) out.append(",\"require_cookie\":true");
  return out + "}";
}

Result<ManagedPoll> parse_managed_poll_json(std::string_view text) {
  if (text.size() > max_managed_poll_json_bytes) {
    return invalid("The poll has more than " + std::to_string(max_managed_poll_json_bytes) + " bytes.");
  }
  json::error_code error;
  const json::value value = json::parse(text, error, {}, {.max_depth = 3});
  if (error || !value.is_object()) return invalid("The poll is not a JSON object.");
  StoredMembers members(value.get_object());
  return read_poll(members);
}

}  // namespace pollux::poll
