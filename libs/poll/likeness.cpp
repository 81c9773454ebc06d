#include "poll/likeness.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <utf8proc.h>

#include "base/edit_distance.hpp"
#include "poll/poll_text.hpp"

namespace pollux::poll {
namespace {

utf8proc_category_t kind_of(char32_t point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(point));
}

constexpr char32_t apostrophe = U'\'';

// For folded text, where scripts with two cases are in lower case. Scripts without case are excluded: many
// put no space between words, and a single character can be a word.
bool is_letter(char32_t point) {
  return point == apostrophe || kind_of(point) == UTF8PROC_CATEGORY_LL;
}

bool is_digit(char32_t point) {
  return kind_of(point) == UTF8PROC_CATEGORY_ND;
}

bool is_apostrophe(char32_t point) {
  return point == apostrophe || point == U'\u2019' || point == U'\u02BC';
}

bool is_punctuation(char32_t point) {
  constexpr std::u32string_view parts_of_names = U"#%&*/@\\";
  const utf8proc_category_t kind = kind_of(point);
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
