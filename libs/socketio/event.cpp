#include "socketio/event.hpp"

#include <algorithm>

#include <boost/json/value.hpp>

namespace pollux::socketio {
namespace {

namespace json = boost::json;

bool is_placeholder(const json::object& object) {
  const json::value* mark = object.if_contains("_placeholder");
  return mark != nullptr && mark->is_bool() && mark->get_bool();
}

// Marks the attachment that the placeholder refers to. False if there is none or it was marked before.
bool mark_found(const json::object& object, std::vector<bool>& found) {
  const json::value* index = object.if_contains("num");
  if (index == nullptr || !index->is_int64() || index->get_int64() < 0) return false;
  const auto at = static_cast<std::size_t>(index->get_int64());
  if (at >= found.size() || found[at]) return false;
  found[at] = true;
  return true;
}

bool mark_placeholders(const json::value& value, std::vector<bool>& found) {
  const auto visit = [&](const json::value& inner) { return mark_placeholders(inner, found); };
  if (const auto* array = value.if_array()) return std::all_of(array->begin(), array->end(), visit);
  if (const auto* object = value.if_object()) {
    if (is_placeholder(*object)) return mark_found(*object, found);
    return std::all_of(object->begin(), object->end(),
                       [&](const auto& member) { return visit(member.value()); });
  }
  return true;
}

}  // namespace

json::object placeholder(std::size_t index) {
  return {{"_placeholder", true}, {"num", index}};
}

bool has_all_placeholders(const json::array& values, std::size_t attachments) {
  std::vector<bool> found(attachments);
  const bool are_valid = std::all_of(values.begin(), values.end(), [&](const json::value& value) {
    return mark_placeholders(value, found);
  });
  return are_valid && std::find(found.begin(), found.end(), false) == found.end();
}

}  // namespace pollux::socketio
