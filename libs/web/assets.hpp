// The pages and all that they load, built from TypeScript and CSS and embedded in the program. Everything is
// static for the life of the program; any thread.
#pragma once

#include <span>

#include "http/languages.hpp"
#include "http/static_files.hpp"

namespace pollux::web {

// What the vote service serves beside its page: styles, icon, robots.txt.
std::span<const http::StaticFile> vote_files();

// What the result service serves beside its page. For other pages, the client of Socket.IO at
// "/socket.io/socket.io.js".
std::span<const http::StaticFile> result_files();

// The page to vote on, a Mustache template in each language; README.md lists the names that it uses.
std::span<const http::Translated> vote_page_template();

// The page with the results, the same.
std::span<const http::Translated> result_page_template();

// The page that tells of an error, a Mustache template in each language, and what it says: a line for each
// text, its key, a tab, the text. error_pages.hpp makes pages of both.
std::span<const http::Translated> error_page_template();
std::span<const http::Translated> error_texts();

}  // namespace pollux::web
