// Errors as pages for people, beside the plain text that programs get.
#pragma once

#include <functional>

#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::http {

// Makes the page for an answer with this status; it keeps the status. Called on io threads, also for answers
// that the server gives without asking its handler; must not block or throw.
using ErrorPage = std::function<Response(const Request&, unsigned status)>;

// Puts the page in the place of an error that is plain text where the client asks for HTML by name (RFC 9110,
// section 12.5.1), as browsers do when they load a page. "*/*" alone, as from curl and fetch(), keeps the
// text. Other header fields of the answer stay. Does nothing where `page` is empty or the request's header
// could not be read.
void prefer_page(const ErrorPage& page, const Request& request, Response& response);

}  // namespace pollux::http
