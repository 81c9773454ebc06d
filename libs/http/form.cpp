#include "http/form.hpp"

#include <algorithm>

#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

// The media type; what follows the first ';' is left in `parameters`.
std::string_view media_type(const Request& request, std::string_view& parameters) {
  parameters = request.header("Content-Type");
  return cut_until(parameters, ';');
}

constexpr std::string_view urlencoded = "application/x-www-form-urlencoded";
constexpr std::string_view multipart = "multipart/form-data";

// The value of a parameter in a list of `; name=value` or `; name="value"`, without quotes.
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

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t max_boundary_bytes = 70;  // RFC 2046, section 5.1.1

Error broken() {
  return invalid("The form is not valid multipart/form-data.");
}

// Browsers escape these three characters in names, and no others (WHATWG HTML, multipart/form-data).
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

// The field's name in the header of its part.
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

// RFC 7578 and RFC 2046, section 5.1.1.
Result<Fields> parse_multipart(std::string_view body, std::string_view boundary, const FormLimits& limits) {
  if (boundary.empty() || boundary.size() > max_boundary_bytes) return broken();
  const std::string delimiter = "\r\n--" + std::string(boundary);

  // The first delimiter may be at the start of the body, without a line break. A preamble is ignored.
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

    // Including the line break before it, so that an empty header ends like any other.
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

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  if (text.find_first_of("%+") == std::string_view::npos) return std::string(text);
  const auto encoded = boost::urls::make_pct_string_view({text.data(), text.size()});
  if (!encoded) return std::nullopt;
  boost::urls::encoding_opts options;
  options.space_as_plus = plus_is_space;
  return encoded->decode(options);
}

std::optional<std::string_view> Fields::find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &std::pair<std::string, std::string>::first);
  if (found == fields_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string_view> Fields::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [each, value] : fields_) {
    if (each == name) values.push_back(value);
  }
  return values;
}

std::size_t Fields::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count(fields_, name, &std::pair<std::string, std::string>::first));
}

Result<Fields> parse_query(std::string_view text, std::size_t max_fields) {
  Fields fields;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    if (fields.size() == max_fields) {
      return invalid("The form has more than " + std::to_string(max_fields) + " fields.");
    }
    const auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value =
        equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), true);
    if (!name || !value) return invalid("A field of the form has a broken percent escape.");
    fields.add(std::move(*name), std::move(*value));
  }
  return fields;
}

bool is_form(const Request& request) {
  std::string_view parameters;
  const auto type = media_type(request, parameters);
  return equals_ignoring_case(type, urlencoded) || equals_ignoring_case(type, multipart);
}

Result<Fields> parse_form(const Request& request, const FormLimits& limits) {
  std::string_view parameters;
  const auto type = media_type(request, parameters);
  if (equals_ignoring_case(type, urlencoded)) return parse_query(request.body, limits.fields);
  if (equals_ignoring_case(type, multipart)) {
    return parse_multipart(request.body, find_parameter(parameters, "boundary").value_or(""), limits);
  }
  return invalid("The request holds no form.");
}

}  // namespace pollux::http
