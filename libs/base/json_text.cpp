#include "base/json_text.hpp"

#include <array>
#include <cstdint>
#include <iterator>

#include <boost/nowide/utf/utf.hpp>

#include "base/encoding.hpp"

namespace pollux {
namespace {

namespace utf = boost::nowide::utf;

void append_character(std::string& out, utf::code_point character) {
  switch (character) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const bool control = character < 0x20 || (character >= 0x7F && character <= 0x9F);
  if (control) {
    out += "\\u00";
    out += to_hex(std::array{static_cast<std::uint8_t>(character)});
  } else {
    utf::utf_traits<char>::encode(character, std::back_inserter(out));
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
  constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026
  out += '"';
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const char* next = at;
    const utf::code_point character = utf::utf_traits<char>::decode(next, end);
    const bool valid = character != utf::illegal && character != utf::incomplete;
    if (!valid) next = at + 1;
    if (static_cast<std::size_t>(next - text.data()) > max_bytes) {
      out += ellipsis;
      break;
    }
    if (valid) {
      append_character(out, character);
    } else {
      out += replacement;
    }
    at = next;
  }
  out += '"';
}

}  // namespace pollux
