#include "socketio/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace pollux::socketio {
namespace {

namespace json = boost::json;

bool is_finite(const json::value& value) {
  if (const double* number = value.if_double()) return std::isfinite(*number);
  if (const auto* array = value.if_array()) return std::all_of(array->begin(), array->end(), is_finite);
  if (const auto* object = value.if_object()) {
    return std::all_of(object->begin(), object->end(),
                       [](const auto& member) { return is_finite(member.value()); });
  }
  return true;
}

// The shortest digits that parse back to the number: 0.<digits> * 10^exponent.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal decimal_of(double number) {
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific).ptr;
  const auto* e = std::find(text.data(), end, 'e');
  Decimal decimal;
  std::copy_if(static_cast<const char*>(text.data()), e, std::back_inserter(decimal.digits),
               [](char c) { return c != '.'; });
  const auto* exponent = e[1] == '+' ? e + 2 : e + 1;
  std::from_chars(exponent, end, decimal.exponent);
  ++decimal.exponent;
  return decimal;
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  if (number == 0) {
    out += '0';
    return;
  }
  if (number < 0) out += '-';
  auto [digits, exponent] = decimal_of(std::abs(number));
  const int count = static_cast<int>(digits.size());
  const auto zeros = [](int n) { return std::string(static_cast<std::size_t>(n), '0'); };
  if (exponent > 21 || exponent <= -6) {
    out += digits.front();
    if (count > 1) out += '.' + digits.substr(1);
    out += exponent > 0 ? "e+" : "e";
    out += std::to_string(exponent - 1);
  } else if (exponent <= 0) {
    out += "0." + zeros(-exponent) + digits;
  } else if (count <= exponent) {
    out += digits + zeros(exponent - count);
  } else {
    out += digits.insert(static_cast<std::size_t>(exponent), 1, '.');
  }
}

void append_object(std::string& out, const json::object& object) {
  out += '{';
  bool is_first = true;
  for (const auto& member : object) {
    if (!is_first) out += ',';
    is_first = false;
    append_json(out, std::string_view(member.key()));
    out += ':';
    append_json(out, member.value());
  }
  out += '}';
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t max_depth) {
  json::parse_options options;
  options.max_depth = max_depth;
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error) return invalid("The JSON is not valid: " + error.message() + ".");
  if (!is_finite(value)) return invalid("The JSON contains a number that is too large.");
  return value;
}

void append_json(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::array:
      return append_json(out, value.get_array());
    case json::kind::object:
      return append_object(out, value.get_object());
    case json::kind::double_:
      return append_double(out, value.get_double());
    case json::kind::string:
      return append_json(out, std::string_view(value.get_string()));
    case json::kind::int64:
      out += std::to_string(value.get_int64());
      return;
    case json::kind::uint64:
      out += std::to_string(value.get_uint64());
      return;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case json::kind::null:
      out += "null";
      return;
  }
}

void append_json(std::string& out, const json::array& array) {
  out += '[';
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i > 0) out += ',';
    append_json(out, array[i]);
  }
  out += ']';
}

void append_json(std::string& out, std::string_view text) {
  out += json::serialize(json::string_view(text.data(), text.size()));
}

}  // namespace pollux::socketio
