#include "http/entity_tag.hpp"

#include <cstdint>
#include <optional>

#include "http/ascii.hpp"

namespace pollux::http {
namespace {

// Without the mark of a weak tag.
std::string_view opaque_part(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

// Cuts the first quoted tag off the list, which may have commas in it; nothing where there is none.
std::optional<std::string_view> cut_tag(std::string_view& list) {
  const std::size_t begin = list.find('"');
  const std::size_t end = begin == list.npos ? list.npos : list.find('"', begin + 1);
  if (end == list.npos) return std::nullopt;
  const auto tag = list.substr(begin, end + 1 - begin);
  list.remove_prefix(end + 1);
  return tag;
}

}  // namespace

// FNV-1a (draft-eastlake-fnv), 64 bits.
std::string entity_tag_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return "\"" + std::to_string(hash) + "\"";
}

bool has_version(const Request& request, std::string_view tag) {
  const auto known = request.headers->find("If-None-Match");
  if (!known) return false;
  std::string_view list = trim(*known);
  if (list == "*") return true;
  while (const auto candidate = cut_tag(list)) {
    if (*candidate == opaque_part(tag)) return true;
  }
  return false;
}

}  // namespace pollux::http
