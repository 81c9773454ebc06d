#include "http/multipart.hpp"

#include <string>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t longest_boundary = 70;  // RFC 2046, section 5.1.1

Error broken() {
  return invalid("The form is not valid multipart/form-data.");
}

// Browsers write these three characters of a name as escapes, and no others (WHATWG HTML,
// multipart/form-data).
std::string unescape(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto escape = name.substr(i, 3);
    const char* meant = escape == "%22" ? "\"" : escape == "%0D" ? "\r" : escape == "%0A" ? "\n" : nullptr;
    text += meant != nullptr ? *meant : name[i];
    if (meant != nullptr) i += 2;
  }
  return text;
}

// The field's name from the header lines of its part.
std::optional<std::string> name_of_part(std::string_view header) {
  while (!header.empty()) {
    const auto end = header.find(line_end);
    auto line = header.substr(0, end);
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + line_end.size());
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    if (!equals_ignoring_case(trim(line.substr(0, colon)), "Content-Disposition")) continue;
    line.remove_prefix(colon + 1);
    if (!equals_ignoring_case(cut_until(line, ';'), "form-data")) return std::nullopt;
    const auto name = find_parameter(line, "name");
    if (!name) return std::nullopt;
    return unescape(*name);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> find_parameter(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto equals = text.find_first_of("=;");
    if (equals == std::string_view::npos) return std::nullopt;
    const auto found = trim(text.substr(0, equals));
    const bool has_value = text[equals] == '=';
    text.remove_prefix(equals + 1);
    if (!has_value) continue;

    text = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
    std::string_view value;
    if (text.starts_with('"')) {
      const auto quote = text.find('"', 1);
      if (quote == std::string_view::npos) return std::nullopt;
      value = text.substr(1, quote - 1);
      text.remove_prefix(quote + 1);
      cut_until(text, ';');
    } else {
      value = cut_until(text, ';');
    }
    if (equals_ignoring_case(found, name)) return value;
  }
  return std::nullopt;
}

Result<Fields> parse_multipart(std::string_view body, std::string_view boundary, const FormLimits& limits) {
  if (boundary.empty() || boundary.size() > longest_boundary) return broken();
  const std::string delimiter = "\r\n--" + std::string(boundary);

  // The first delimiter may stand at the very beginning, without a line's end before it. Text before it has
  // no meaning.
  const std::string_view first = std::string_view(delimiter).substr(line_end.size());
  if (body.starts_with(first)) {
    body.remove_prefix(first.size());
  } else {
    const auto start = body.find(delimiter);
    if (start == std::string_view::npos) return broken();
    body.remove_prefix(start + delimiter.size());
  }

  Fields fields;
  while (!body.starts_with("--")) {
    if (fields.size() == limits.fields) {
      return invalid("The form has more than " + std::to_string(limits.fields) + " fields.");
    }
    body = body.substr(std::min(body.find_first_not_of(" \t"), body.size()));
    if (!body.starts_with(line_end)) return broken();

    // With the line's end before it, so that a header of no lines ends like others.
    const auto header_end = body.substr(0, limits.part_header_bytes + 4).find("\r\n\r\n");
    if (header_end == std::string_view::npos) return broken();
    const auto header = body.substr(0, header_end);
    auto name = name_of_part(header.substr(std::min(header.size(), line_end.size())));
    if (!name) return broken();

    body.remove_prefix(header_end + 4);
    const auto value_end = body.find(delimiter);
    if (value_end == std::string_view::npos) return broken();
    fields.add(std::move(*name), std::string(body.substr(0, value_end)));
    body.remove_prefix(value_end + delimiter.size());
  }
  return fields;
}

}  // namespace pollux::http
