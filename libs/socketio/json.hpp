// JSON as JavaScript's JSON.stringify() writes it: compact, keys in their order, numbers as ECMAScript
// formats them (ECMA-262, Number::toString), so that values pass through a server unchanged.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/result.hpp"

namespace pollux::socketio {

// Fails if the text is not exactly one JSON value in valid UTF-8, nests deeper than `max_depth`, or contains
// a number beyond the range of double.
Result<boost::json::value> parse_json(std::string_view text, std::size_t max_depth);

void append_json(std::string& out, const boost::json::value& value);
void append_json(std::string& out, const boost::json::array& array);
void append_json(std::string& out, std::string_view text);  // as a JSON string

}  // namespace pollux::socketio
