#include "poll/poll_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "base/bounded_text.hpp"

namespace pollux::poll {
namespace {

utf8proc_category_t category(char32_t point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(point));
}

bool is_space(char32_t character) {
  constexpr char32_t braille_blank = 0x2800;
  if (character == braille_blank) return true;
  switch (category(character)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
      return true;
    default:
      return false;
  }
}

bool is_misleading(char32_t character) {
  return character == 0x200B ||                           // zero-width space
         (character >= 0x202A && character <= 0x202E) ||  // embeddings and overrides of direction
         (character >= 0x2060 && character <= 0x206F) ||  // word joiner, invisible operators, isolates
         character == 0x2028 || character == 0x2029 ||    // separators of lines and paragraphs
         character == 0xFEFF ||                           // byte order mark
         (character >= 0xFFF9 && character <= 0xFFFB);    // annotations
}

std::u32string code_points(std::string_view text) {
  std::u32string points;
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (length <= 0) break;  // not UTF-8
    points.push_back(static_cast<char32_t>(point));
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return points;
}

}  // namespace

Result<void> check_poll_text(const std::string& what, const std::string& text, std::size_t max_bytes) {
  if (text.empty()) return invalid(what + " is empty.");
  if (text.size() > max_bytes)
    return invalid(what + " has more than " + std::to_string(max_bytes) + " bytes.");
  if (!is_plain_text(text)) return invalid(what + " has characters that are not plain text.");
  if (std::ranges::any_of(code_points(text), is_misleading)) {
    return invalid(
        what +
        " has invisible characters that change how the text reads (such as zero-width spaces or direction "
        "overrides). Type it again without them.");
  }
  if (comparable(text).empty()) return invalid(what + " is blank. Use visible text.");
  return {};
}

std::u32string comparable(std::string_view text) {
  constexpr int nfkc_casefold =
      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                 static_cast<utf8proc_option_t>(nfkc_casefold));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) return code_points(text);
  std::u32string words;
  for (const char32_t point :
       code_points({reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)})) {
    if (!is_space(point)) {
      words.push_back(point);
    } else if (!words.empty() && words.back() != U' ') {
      words.push_back(U' ');
    }
  }
  if (words.ends_with(U' ')) words.pop_back();
  return words;
}

}  // namespace pollux::poll
