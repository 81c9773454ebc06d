// Errors in the design of the pages, in the visitor's language, with a way back.
#pragma once

#include <optional>

#include "http/error_page.hpp"
#include "http/public_url.hpp"

namespace pollux::web {

enum class Site { vote, result };

// For http::ServerOptions::error_page. `address` is where people reach the site, if that is known: the server
// answers below its path as well as without it, and the pages lead back by relative addresses that are right
// for both.
http::ErrorPage error_pages(Site site, const std::optional<http::PublicUrl>& address = std::nullopt);

}  // namespace pollux::web
