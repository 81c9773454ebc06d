// Errors of the API as problem details (RFC 9457).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <boost/system/result.hpp>

#include "accounts/account.hpp"
#include "http/response.hpp"
#include "poll/managed_poll.hpp"

namespace pollux::admin {

// The codes are those of openapi.json.
struct Problem {
  // Not an aggregate, which would be constructible from a number: a result with a number would be ambiguous.
  Problem() = default;
  Problem(unsigned http_status, std::string_view static_code, std::string for_people,
          std::chrono::seconds wait = {})
      : status(http_status), code(static_code), detail(std::move(for_people)), retry_after(wait) {}

  unsigned status = 500;
  std::string_view code = "internal";  // static
  std::string detail;                  // for people
  std::chrono::seconds retry_after{};  // with 429 and 503
};

// Called by boost::system::result if value() is called on an error.
[[noreturn]] void throw_exception_from_error(const Problem& problem, const boost::source_location&);

template <class T>
using ApiResult = boost::system::result<T, Problem>;
using ApiResponse = ApiResult<http::Response>;

inline Problem bad_request(std::string detail) {
  return {400, "bad_request", std::move(detail)};
}
inline Problem unauthenticated(std::string detail) {
  return {401, "unauthenticated", std::move(detail)};
}
inline Problem forbidden(std::string detail) {
  return {403, "forbidden", std::move(detail)};
}
inline Problem not_found(std::string detail) {
  return {404, "not_found", std::move(detail)};
}
inline Problem invalid_values(std::string detail) {
  return {422, "invalid", std::move(detail)};
}
inline Problem busy() {
  return {503, "unavailable", "The server is busy. Try again in a few seconds.", std::chrono::seconds(2)};
}

Problem problem_of(const poll::PollError& error);
Problem problem_of(const accounts::AccountError& error);

// application/problem+json, with Retry-After and WWW-Authenticate where they belong.
http::Response response_of(const Problem& problem);

}  // namespace pollux::admin
