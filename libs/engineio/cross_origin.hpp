// Pages of other sites: which may connect, and what their browsers are told (CORS,
// https://fetch.spec.whatwg.org). CORS does not protect WebSocket, so the server looks at Origin itself,
// whatever the transport.
#pragma once

#include <optional>

#include "engineio/options.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::engineio {

// Whether the request is of the server's own page, of one that Options name, or of no browser at all. Tells
// Options::on_foreign_origin where it is not.
bool may_connect(const http::Request& request, const Options& options);

// The answer to a browser that asks what it may send; nothing where the request is not such a question, or
// where Options name no other origin.
std::optional<http::Response> answer_preflight(const http::Request& request, const Options& options);

// What lets the page that sent `request` read `response`; adds nothing where it may not.
void add_cross_origin_fields(http::Response& response, const http::Request& request, const Options& options);

}  // namespace pollux::engineio
