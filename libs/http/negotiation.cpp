#include "http/negotiation.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

// A member of an Accept-… list.
struct Weighted {
  std::string_view name;
  int weight = 1000;  // in thousandths; 0: not accepted
};

// Removes the first member from a comma-separated list (RFC 9110, section 12.4.2).
Weighted cut_weighted(std::string_view& list) {
  auto parameters = cut_until(list, ',');
  Weighted member{.name = cut_until(parameters, ';')};
  const auto q = trim(parameters);
  if (!q.starts_with("q=") && !q.starts_with("Q=")) return member;
  member.weight = 0;
  int unit = 1000;
  for (const char c : q.substr(2, 5)) {
    if (c == '.') continue;
    if (c < '0' || c > '9') break;
    member.weight += (c - '0') * unit;
    unit /= 10;
  }
  member.weight = std::min(member.weight, 1000);  // a larger one is not allowed
  return member;
}

bool matches(std::string_view range, std::string_view language) {
  return equals_ignoring_case(range.substr(0, range.find('-')), language);
}

// A named range takes precedence over "*"; of several for the language, the highest weight counts.
int language_weight(std::string_view accepted, std::string_view language) {
  int of_any = 0;
  int named = -1;
  while (!accepted.empty()) {
    const Weighted range = cut_weighted(accepted);
    if (range.name == "*") of_any = range.weight;
    if (matches(range.name, language)) named = std::max(named, range.weight);
  }
  return named < 0 ? of_any : named;
}

// Without the prefix of a weak tag.
std::string_view opaque_part(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

// Removes the first quoted tag, which may contain commas, from the list.
std::optional<std::string_view> cut_tag(std::string_view& list) {
  const std::size_t begin = list.find('"');
  const std::size_t end = begin == list.npos ? list.npos : list.find('"', begin + 1);
  if (end == list.npos) return std::nullopt;
  const auto tag = list.substr(begin, end + 1 - begin);
  list.remove_prefix(end + 1);
  return tag;
}

constexpr std::string_view content_type = "Content-Type";

bool asks_for_html(const Request& request) {
  std::string_view accepted = request.header("Accept");
  while (!accepted.empty()) {
    const Weighted type = cut_weighted(accepted);
    if (equals_ignoring_case(type.name, "text/html")) return type.weight > 0;
  }
  return false;
}

bool is_plain_error(const Response& response) {
  return response.status >= 400 && std::ranges::any_of(response.headers, [](const Header& header) {
           return equals_ignoring_case(header.name, content_type) && header.value.starts_with("text/plain");
         });
}

}  // namespace

std::size_t preferred_language(std::string_view accepted, std::span<const std::string_view> offered) {
  std::size_t best = 0;
  int best_weight = 0;
  for (std::size_t i = 0; i < offered.size() && !accepted.empty(); ++i) {
    const int weight = language_weight(accepted, offered[i]);
    if (weight > best_weight) {
      best = i;
      best_weight = weight;
    }
  }
  return best;
}

int accepted_weight(std::string_view accepted, std::string_view coding) {
  int of_any = 0;
  while (!accepted.empty()) {
    const auto member = cut_weighted(accepted);
    if (equals_ignoring_case(member.name, coding)) return member.weight;
    if (member.name == "*") of_any = member.weight;
  }
  return of_any;
}

// FNV-1a (draft-eastlake-fnv), 64 bits.
std::string entity_tag_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return "\"" + std::to_string(hash) + "\"";
}

bool is_not_modified(const Request& request, std::string_view tag) {
  const auto known = request.headers->find("If-None-Match");
  if (!known) return false;
  std::string_view list = trim(*known);
  if (list == "*") return true;
  while (const auto candidate = cut_tag(list)) {
    if (*candidate == opaque_part(tag)) return true;
  }
  return false;
}

void prefer_page(const ErrorPage& page, const Request& request, Response& response) {
  if (!page || request.headers == nullptr || !is_plain_error(response)) return;
  // Some errors may be cached (RFC 9110, section 15.1), and the body depends on these fields.
  response.set("Vary", "Accept, Accept-Language");
  if (!asks_for_html(request)) return;
  Response shown = page(request, response.status);
  for (Header& header : response.headers) {
    if (!equals_ignoring_case(header.name, content_type)) shown.headers.push_back(std::move(header));
  }
  shown.status = response.status;
  shown.close = response.close;
  response = std::move(shown);
}

}  // namespace pollux::http
