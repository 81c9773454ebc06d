// Error pages in the design of the site and the language of the visitor, with a link back.
#pragma once

#include <optional>

#include "http/negotiation.hpp"
#include "http/origin.hpp"

namespace pollux::web {

enum class Site { vote, result };

// The function for http::ServerOptions::error_page. It renders the page of a status in the language that the
// Accept-Language field prefers, with a link to the start of `site`; a failed POST to the vote page says what
// became of the vote. A status without a text of its own gets a general one. Any thread.
//
// Links are relative. `address` is the public URL of the site: its path may or may not be at the beginning of
// a request's path, since some proxies remove it. Without an address the path is "/".
http::ErrorPage error_pages(Site site, const std::optional<http::PublicUrl>& address = std::nullopt);

}  // namespace pollux::web
