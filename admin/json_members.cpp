#include "admin/json_members.hpp"

#include <algorithm>
#include <limits>

#include <boost/json/parse.hpp>

#include "base/json_text.hpp"

namespace pollux::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t max_depth = 8;

}  // namespace

ApiResult<json::object> parse_object(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(text, error, {}, {.max_depth = max_depth});
  if (error) return bad_request("The body is not valid JSON: " + error.message() + ".");
  if (!value.is_object()) return bad_request("The body is not a JSON object.");
  return std::move(value.get_object());
}

const json::value* JsonMembers::find(std::string_view name) {
  read_.push_back(name);
  return object_.if_contains(name);
}

bool JsonMembers::text(std::string_view name, std::string& target) {
  const json::value* const value = find(name);
  if (value == nullptr) return false;
  if (value->is_string()) {
    target = std::string_view(value->get_string());
  } else {
    fail(name, "is not a string");
  }
  return true;
}

bool JsonMembers::boolean(std::string_view name, bool& target) {
  const json::value* const value = find(name);
  if (value == nullptr) return false;
  if (value->is_bool()) {
    target = value->get_bool();
  } else {
    fail(name, "is neither true nor false");
  }
  return true;
}

bool JsonMembers::integer_or_null(std::string_view name, std::optional<std::uint32_t>& target) {
  const json::value* const value = find(name);
  if (value == nullptr) return false;
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  if (value->is_null()) {
    target.reset();
  } else if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= most) {
    target = static_cast<std::uint32_t>(value->get_int64());
  } else {
    fail(name, "is neither an integer of 0 or more nor null");
  }
  return true;
}

bool JsonMembers::texts(std::string_view name, std::vector<std::string>& target) {
  const json::value* const value = find(name);
  if (value == nullptr) return false;
  if (!value->is_array()) {
    fail(name, "is not an array");
    return true;
  }
  target.clear();
  for (const json::value& element : value->get_array()) {
    if (!element.is_string()) {
      fail(name, "has an element that is not a string");
      return true;
    }
    target.emplace_back(std::string_view(element.get_string()));
  }
  return true;
}

const json::object* JsonMembers::object(std::string_view name) {
  const json::value* const value = find(name);
  if (value == nullptr) return nullptr;
  if (value->is_object()) return &value->get_object();
  fail(name, "is not an object");
  return nullptr;
}

void JsonMembers::require(bool is_there, std::string_view name) {
  if (!is_there) fail(name, "is missing");
}

void JsonMembers::fail(std::string_view name, std::string_view problem) {
  std::string message = "The member ";
  append_json_string(message, prefix_ + std::string(name), 60);
  fail(invalid_values(message.append(" ").append(problem).append(".")));
}

void JsonMembers::fail(Problem problem) {
  if (!problem_) problem_ = std::move(problem);
}

ApiResult<void> JsonMembers::finish() {
  for (const auto& member : object_) {
    const std::string_view name = member.key();
    if (std::ranges::find(read_, name) == read_.end()) fail(name, "is unknown; remove it");
  }
  if (problem_) return *problem_;
  return {};
}

}  // namespace pollux::admin
