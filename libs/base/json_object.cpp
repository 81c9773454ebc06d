#include "base/json_object.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/json_text.hpp"

namespace pollux {

JsonObject& JsonObject::json(std::string_view name, std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  text_.append("\"").append(name).append("\":").append(value);
  return *this;
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  return json(name, json_string(value));
}

JsonObject& JsonObject::text_or_null(std::string_view name, const std::optional<std::string>& value) {
  return value ? text(name, *value) : null(name);
}

JsonObject& JsonObject::number(std::string_view name, std::uint64_t value) {
  return json(name, std::to_string(value));
}

JsonObject& JsonObject::number(std::string_view name, std::optional<std::uint64_t> value) {
  return value ? number(name, *value) : null(name);
}

JsonObject& JsonObject::decimal(std::string_view name, std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return null(name);
  std::array<char, 32> digits;
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), *value);
  return json(name, std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

JsonObject& JsonObject::boolean(std::string_view name, bool value) {
  return json(name, value ? "true" : "false");
}

std::string JsonObject::take() {
  return std::move(text_) + "}";
}

std::string json_array(std::span<const std::string> elements) {
  return json_array(elements, [](const std::string& element) { return element; });
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text, text.size());
  return out;
}

}  // namespace pollux
