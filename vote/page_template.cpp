#include "vote/page_template.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace pollux::vote {
namespace {

std::string length_of(std::string_view text, std::ptrdiff_t most_short, std::ptrdiff_t most_medium) {
  const auto characters =
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  if (characters <= most_short) return "short";
  return characters <= most_medium ? "medium" : "long";
}

// Parsing takes longer than rendering. Each thread keeps the templates that it has parsed, which are those of
// the program, because rendering changes the object.
kainjow::mustache::mustache& parsed(std::string_view page_template) {
  thread_local std::unordered_map<std::string, kainjow::mustache::mustache> templates;
  std::string text(page_template);
  const auto found = templates.find(text);
  if (found != templates.end()) return found->second;
  kainjow::mustache::mustache page(text);
  return templates.emplace(std::move(text), std::move(page)).first->second;
}

}  // namespace

std::string render_page(std::string_view page_template, const kainjow::mustache::data& values) {
  kainjow::mustache::mustache& page = parsed(page_template);
  std::string rendered = page.render(values);
  if (!page.is_valid()) throw std::logic_error("A page of the vote service: " + page.error_message());
  return rendered;
}

std::string length_of_question(std::string_view question) {
  return length_of(question, 50, 120);
}

std::string length_of_label(std::string_view label) {
  return length_of(label, 24, 60);
}

}  // namespace pollux::vote
