// The outer form of a request's head, checked before its fields are parsed (RFC 9112, sections 2.2, 3
// and 5.2).
//
// A head that two programs may read in two ways is rejected here: a proxy that ends a line at a bare LF, or
// joins folded lines, would see other fields than we do, and that is how requests are smuggled past it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "http/error_response.hpp"

namespace pollux::http {

inline constexpr ErrorResponse bare_line_feed{400, "A line of the request ends without a carriage return.\n"};

// `head` is a complete head with its empty line. Rejected are: a request line that is not a method, a target
// and a version with one space between them; a major version other than 1; a line that ends in a bare LF; a
// line that begins with a space or tab (obs-fold). What it accepts may still have invalid fields.
std::optional<ErrorResponse> check_lines(std::string_view head);

// Whether a line of a head that need not be complete ends in a bare LF at or after `from`. A client that ends
// all its lines like that never sends what we take for the end of a head.
bool has_bare_line_feed(std::string_view head, std::size_t from);

// The position of the digit after "HTTP/1." in a head that check_lines accepts.
std::size_t minor_version_position(std::string_view head);

// Whether `text` is a host that is not empty, with or without a port: the value of a Host field or the
// authority of a target in absolute form (RFC 9110, sections 4.2.1 and 7.2; RFC 3986, section 3.2).
bool is_host_and_port(std::string_view text);

}  // namespace pollux::http
