// What a client prefers and what it already has: language, content coding, HTML or plain-text errors, and
// conditional requests (RFC 9110, sections 8.8.3, 12.5 and 13.1).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::http {

// One translation of a text.
struct Translated {
  std::string_view language;  // primary subtag of BCP 47, lower case: "de"
  std::string_view text;
};

// The index of the language in `offered` that the Accept-Language field prefers; the earlier one if two are
// preferred equally, 0 if none is accepted. Regions are ignored: "de-AT" accepts "de".
std::size_t preferred_language(std::string_view accepted, std::span<const std::string_view> offered);

// The weight of a content coding in an Accept-Encoding field, in thousandths; 0: not accepted.
int accepted_weight(std::string_view accepted, std::string_view coding);

// A strong entity tag computed from the bytes, such as "\"1469598103934665603\"". It identifies a version; it
// is not a cryptographic hash.
std::string entity_tag_of(std::string_view bytes);

// True if a GET or HEAD should be answered with 304: If-None-Match is "*" or lists `tag`, compared weakly.
bool is_not_modified(const Request& request, std::string_view tag);

// Returns the page for an error of that status. Called on io threads, also for errors that do not reach the
// handler; must not block or throw.
using ErrorPage = std::function<Response(const Request&, unsigned status)>;

// Replaces a plain-text error by its page if the Accept field lists text/html, as browsers do when they load
// a page; "*/*" alone, as sent by curl and fetch(), keeps the text. Status and other header fields are kept.
// Does nothing if `page` is empty or the request's header could not be parsed.
void prefer_page(const ErrorPage& page, const Request& request, Response& response);

}  // namespace pollux::http
