// Error pages in the design of the site and the language of the visitor, with a link back.
#pragma once

#include <optional>

#include "http/negotiation.hpp"
#include "http/origin.hpp"

namespace pollux::web {

enum class Site { vote, result };

// For http::ServerOptions::error_page. `address` is the public URL of the site, if known. The server serves
// the pages with and without its path; relative links work for both.
http::ErrorPage error_pages(Site site, const std::optional<http::PublicUrl>& address = std::nullopt);

}  // namespace pollux::web
