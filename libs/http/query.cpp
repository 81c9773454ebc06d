#include "http/query.hpp"

#include <algorithm>

#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>

namespace pollux::http {

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
  if (text.find_first_of("%+") == std::string_view::npos) return std::string(text);
  const auto encoded = boost::urls::make_pct_string_view({text.data(), text.size()});
  if (!encoded) return std::nullopt;
  boost::urls::encoding_opts options;
  options.space_as_plus = plus_is_blank;
  return encoded->decode(options);
}

std::optional<std::string_view> Fields::find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &std::pair<std::string, std::string>::first);
  if (found == fields_.end()) return std::nullopt;
  return found->second;
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

}  // namespace pollux::http
