#include "compat/example_vote.hpp"

#include <cstdint>
#include <utility>

#include <boost/json/parse.hpp>

namespace pollux::compat {
namespace {

// Removes the first character of valid UTF-8.
char32_t take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t character = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    character = (character << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(length);
  return character;
}

void append_escape(std::string& json, std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  json += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) json += digits[(unit >> static_cast<unsigned>(shift)) & 0xFU];
}

char short_escape(char32_t character) {
  switch (character) {
    case U'"':
    case U'\\':
      return static_cast<char>(character);
    case U'\b':
      return 'b';
    case U'\f':
      return 'f';
    case U'\n':
      return 'n';
    case U'\r':
      return 'r';
    case U'\t':
      return 't';
    default:
      return 0;
  }
}

Result<std::string_view> string_member(const boost::json::object& object, std::string_view name) {
  const auto* const value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return invalid("The example-voting-app vote has no " + std::string(name) + ".");
  const auto* const text = value->if_string();
  if (text == nullptr)
    return invalid("The example-voting-app vote's " + std::string(name) + " is not a string.");
  return std::string_view(text->data(), text->size());
}

}  // namespace

std::string to_ascii_json(std::string_view utf8) {
  std::string json = "\"";
  while (!utf8.empty()) {
    const char32_t character = take_character(utf8);
    if (const char letter = short_escape(character); letter != 0) {
      json += '\\';
      json += letter;
    } else if (character >= U' ' && character <= U'~') {
      json += static_cast<char>(character);
    } else if (character <= 0xFFFF) {
      append_escape(json, character);
    } else {
      append_escape(json, 0xD800U + ((character - 0x10000U) >> 10U));
      append_escape(json, 0xDC00U + ((character - 0x10000U) & 0x3FFU));
    }
  }
  json += '"';
  return json;
}

Result<std::string> encode_example_vote(const poll::Vote& vote) {
  if (vote.poll.text() != example_poll) {
    return invalid("The list of example-voting-app holds only votes in the poll \"" +
                   std::string(example_poll) + "\".");
  }
  return "{\"voter_id\": " + to_ascii_json(vote.voter.text()) +
         ", \"vote\": " + to_ascii_json(vote.selection.text()) + "}";
}

Result<poll::Vote> decode_example_vote(std::string_view json) {
  if (json.size() > max_example_vote_bytes) {
    return invalid("The example-voting-app vote has more than " + std::to_string(max_example_vote_bytes) +
                   " bytes.");
  }
  boost::json::error_code error;
  const boost::json::parse_options options{.max_depth = max_example_vote_depth};
  const auto value = boost::json::parse({json.data(), json.size()}, error, {}, options);
  if (error == boost::json::error::too_deep) {
    return invalid("The example-voting-app vote is more than " + std::to_string(max_example_vote_depth) +
                   " levels deep.");
  }
  if (error) return invalid("The example-voting-app vote is not valid JSON.");
  const auto* const object = value.if_object();
  if (object == nullptr) return invalid("The example-voting-app vote is not a JSON object.");
  const auto voter_text = string_member(*object, "voter_id");
  if (!voter_text) return voter_text.error();
  const auto selection_text = string_member(*object, "vote");
  if (!selection_text) return selection_text.error();
  auto voter = poll::VoterId::parse(*voter_text);
  if (!voter) return voter.error();
  auto selection = poll::Selection::parse(*selection_text);
  if (!selection) return selection.error();
  return poll::Vote{poll::PollId::parse(example_poll).value(), std::move(*voter), std::move(*selection)};
}

}  // namespace pollux::compat
