// What the pages of this service have in common: rendering, and how long texts are.
#pragma once

#include <string>
#include <string_view>

#include <kainjow/mustache.hpp>

namespace pollux::vote {

// The page with these values. Throws std::logic_error if the template is broken: it is part of the program,
// so that is a broken build.
std::string render_page(std::string_view page_template, const kainjow::mustache::data& values);

// "short", "medium" or "long". These set the font size: a long question must leave space for the options on a
// small screen, and a long label for the others.
std::string length_of_question(std::string_view question);
std::string length_of_label(std::string_view label);

}  // namespace pollux::vote
