#include "tracing/resource.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/bounded_text.hpp"
#include "base/encoding.hpp"

namespace pollux::tracing {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t";
  const std::size_t begin = text.find_first_not_of(space);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

// Nothing if a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    std::array<std::uint8_t, 1> byte{};
    if (i + 2 >= text.size() || !from_hex(text.substr(i + 1, 2), byte)) return std::nullopt;
    decoded += static_cast<char>(byte[0]);
    i += 2;
  }
  return decoded;
}

bool is_key(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '/';
  });
}

Result<Attribute> parse_pair(std::string_view pair) {
  const std::size_t equals = pair.find('=');
  if (equals == pair.npos) return invalid("Each attribute is a key, an equals sign and a value.");
  const std::string_view key = trimmed(pair.substr(0, equals));
  if (!is_key(key) || key.size() > max_span_text_bytes) {
    return invalid("A key consists of 1 to " + std::to_string(max_span_text_bytes) +
                   " letters, digits, dots, hyphens, slashes and underscores.");
  }
  auto value = percent_decoded(trimmed(pair.substr(equals + 1)));
  if (!value)
    return invalid("After each % of a value there are two hexadecimal digits; %25 is a percent sign.");
  if (value->size() > max_span_text_bytes || !is_plain_text(*value)) {
    return invalid("A value is plain text of at most " + std::to_string(max_span_text_bytes) + " bytes.");
  }
  return Attribute{std::string(key), *std::move(value)};
}

}  // namespace

void Resource::set(std::string_view key, std::variant<std::string, std::int64_t> value) {
  const auto known = std::ranges::find(attributes, key, &Attribute::key);
  if (known != attributes.end()) {
    known->value = std::move(value);
  } else {
    attributes.push_back({std::string(key), std::move(value)});
  }
}

Result<std::vector<Attribute>> parse_resource_attributes(std::string_view text) {
  Resource parsed;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view pair = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (trimmed(pair).empty()) continue;
    auto attribute = parse_pair(pair);
    if (!attribute) return attribute.error();
    parsed.set(attribute->key, std::move(attribute->value));
    if (parsed.attributes.size() > max_resource_attributes) {
      return invalid("There are more than " + std::to_string(max_resource_attributes) + " attributes.");
    }
  }
  return std::move(parsed.attributes);
}

}  // namespace pollux::tracing
