// The trace of a posted vote: the span of the request, which ends with its response.
#pragma once

#include <string_view>

#include "http/reply.hpp"
#include "http/request.hpp"
#include "tracing/tracer.hpp"

namespace pollux::vote {

// Starts the span of a POST of a vote page, by the request's traceparent field if it has exactly one that is
// valid. Attributes: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
tracing::Span start_vote_span(const tracing::Tracer& tracer, const http::Request& request,
                              std::string_view route = "/");

// The same reply, whose response also ends the span, with its status. Without a response, because the client
// has disconnected or the handler failed, the span ends with the last copy of both.
http::Reply with_span(const http::Reply& reply, const tracing::Span& span);

}  // namespace pollux::vote
