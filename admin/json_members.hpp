// Reading the JSON body of a request, strictly: unknown members are errors, because they might be misspelled
// ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "admin/problem.hpp"

namespace pollux::admin {

// The object that `text` is. `bad_request` if it is no JSON object of little depth.
ApiResult<boost::json::object> parse_object(std::string_view text);

// The members of an object. Each read returns whether the member is there, and assigns it to the target if it
// has the right type. The first error is kept for finish(); reads after it do nothing of use. The object
// outlives this.
class JsonMembers {
 public:
  // `name`: of the object within its parent, for messages; empty for a body.
  explicit JsonMembers(const boost::json::object& object, std::string name = {})
      : object_(object), prefix_(name.empty() ? std::move(name) : std::move(name) + ".") {}

  bool text(std::string_view name, std::string& target);
  bool boolean(std::string_view name, bool& target);
  bool integer_or_null(std::string_view name, std::optional<std::uint32_t>& target);  // 0 to 2^32 - 1
  bool texts(std::string_view name, std::vector<std::string>& target);

  // A text for which `parse` has a value; `allowed` completes "is none of …".
  template <class Value, class Parse>
  bool choice(std::string_view name, Value& target, const Parse& parse, std::string_view allowed) {
    std::string word;
    if (!text(name, word)) return false;
    if (has_failed()) return true;
    if (const auto value = parse(word)) {
      target = *value;
    } else {
      fail(name, "is none of " + std::string(allowed));
    }
    return true;
  }

  // Null if there is no such member, or it is no object.
  const boost::json::object* object(std::string_view name);
  // Any value; null if there is no such member.
  const boost::json::value* find(std::string_view name);

  // An error unless the member is there.
  void require(bool is_there, std::string_view name);
  void fail(std::string_view name, std::string_view problem);
  // An error of another reader, such as that of a member that is an object.
  void fail(Problem problem);

  // `invalid` after an error, or if there is a member that was not read.
  ApiResult<void> finish();

 private:
  bool has_failed() const { return problem_.has_value(); }

  const boost::json::object& object_;
  const std::string prefix_;
  std::vector<std::string_view> read_;
  std::optional<Problem> problem_;
};

}  // namespace pollux::admin
