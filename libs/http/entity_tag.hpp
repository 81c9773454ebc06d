// Entity tags: which version of a resource a client has (RFC 9110, section 8.8.3).
#pragma once

#include <string>
#include <string_view>

#include "http/request.hpp"

namespace pollux::http {

// A strong tag made of the bytes, such as "\"1469598103934665603\"". It tells versions apart; nothing depends
// on it being hard to forge.
std::string entity_tag_of(std::string_view bytes);

// Whether the client has the version of that tag, so that the answer to its GET or HEAD is 304: If-None-Match
// is "*" or names the tag in its list, compared weakly (RFC 9110, section 13.1.2).
bool has_version(const Request& request, std::string_view tag);

}  // namespace pollux::http
