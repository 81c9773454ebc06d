#include "poll/poll_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include <utf8proc.h>

#include "base/bounded_text.hpp"
#include "base/edit_distance.hpp"

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

constexpr char32_t apostrophe = U'\'';

// For folded text, where scripts with two cases are in lower case. Scripts without case are excluded: many
// put no space between words, and a single character can be a word.
bool is_letter(char32_t point) {
  return point == apostrophe || category(point) == UTF8PROC_CATEGORY_LL;
}

bool is_digit(char32_t point) {
  return category(point) == UTF8PROC_CATEGORY_ND;
}

bool is_apostrophe(char32_t point) {
  return point == apostrophe || point == U'\u2019' || point == U'\u02BC';
}

bool is_punctuation(char32_t point) {
  constexpr std::u32string_view parts_of_names = U"#%&*/@\\";
  const utf8proc_category_t kind = category(point);
  return kind >= UTF8PROC_CATEGORY_PC && kind <= UTF8PROC_CATEGORY_PO &&
         parts_of_names.find(point) == std::u32string_view::npos;
}

// The folded words of a text.
std::vector<std::u32string> words_of(std::string_view text) {
  const std::u32string points = comparable(text);
  const auto at = [&points](std::size_t i) { return i < points.size() ? points[i] : U' '; };
  std::vector<std::u32string> words;
  bool in_word = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    char32_t point = points[i];
    const bool joins = is_apostrophe(point) && in_word && is_letter(at(i + 1));
    if (joins) point = apostrophe;
    const bool splits = point == U' ' || (!joins && !is_digit(at(i + 1)) && is_punctuation(point));
    if (!splits && !in_word) words.emplace_back();
    if (!splits) words.back().push_back(point);
    in_word = !splits;
  }
  if (words.empty()) words.push_back(points);  // punctuation only
  return words;
}

bool is_corrected(const std::u32string& recorded, const std::u32string& now) {
  constexpr std::size_t fewest_letters = 4;
  const auto [shorter, longer] = std::minmax({recorded.size(), now.size()});
  return shorter >= fewest_letters && longer > fewest_letters && recorded.front() == now.front() &&
         std::ranges::all_of(recorded, is_letter) && std::ranges::all_of(now, is_letter) &&
         edit_distance<char32_t>(recorded, now) == 1;
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

Likeness compare_texts(std::string_view recorded, std::string_view now) {
  const auto before = words_of(recorded);
  const auto after = words_of(now);
  if (before == after) return Likeness::same;
  if (before.size() != after.size()) return Likeness::other;
  const auto [was, is] = std::ranges::mismatch(before, after);
  const bool one_differs = std::equal(was + 1, before.end(), is + 1);
  return one_differs && is_corrected(*was, *is) ? Likeness::corrected : Likeness::other;
}

}  // namespace pollux::poll
