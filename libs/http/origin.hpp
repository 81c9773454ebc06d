// Whether a request comes from a page of ours: the check against cross-site request forgery.
#pragma once

#include <span>
#include <string>

#include "http/request.hpp"

namespace pollux::http {

// True if a browser says by Sec-Fetch-Site that a page of the same origin sent the request, whatever a proxy
// has made of the Host field: pages cannot set it (https://www.w3.org/TR/fetch-metadata/). Browsers send it
// over TLS and to the machine itself; without it, Origin must be the request's own host or one of `trusted`
// ("https://vote.example", as browsers write it; "null" never is). Programs that send neither field, such as
// curl, pass: they carry no victim's cookies. A field that is there twice is an error.
bool is_same_origin(const Request& request, std::span<const std::string> trusted = {});

}  // namespace pollux::http
