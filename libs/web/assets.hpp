// The pages and their assets, built from TypeScript and CSS and embedded in the program. All data is static.
// Any thread.
#pragma once

#include <span>

#include "http/negotiation.hpp"
#include "http/static_files.hpp"

namespace pollux::web {

// The files of the vote service besides its page: scripts, styles, icons, robots.txt.
std::span<const http::StaticFile> vote_files();

// The files of the result service besides its page, including the Socket.IO client for other pages at
// "/socket.io/socket.io.js".
std::span<const http::StaticFile> result_files();

// All files of the admin listener: the admin page at "/" in each language, its scripts, styles and icons, and
// a robots.txt that keeps search engines out.
std::span<const http::StaticFile> admin_files();

// The vote page, a Mustache template in each language. README.md lists its variables.
std::span<const http::Translated> vote_page_template();

// The result page, likewise.
std::span<const http::Translated> result_page_template();

// The page of a poll that someone made, and the page on which its code is typed, likewise; both in the same
// languages. vote/poll_pages.hpp renders them.
std::span<const http::Translated> poll_page_template();
std::span<const http::Translated> join_page_template();

// The result page of a poll that someone made, likewise. Served as /r/CODE: its addresses are relative to
// that.
std::span<const http::Translated> poll_result_page_template();

// The error page, a Mustache template in each language, and its texts, one per line: key, tab, text.
// error_pages.hpp renders both.
std::span<const http::Translated> error_page_template();
std::span<const http::Translated> error_texts();

}  // namespace pollux::web
