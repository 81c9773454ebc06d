#include "admin/problem.hpp"

#include <stdexcept>
#include <utility>

#include "base/json_object.hpp"

namespace pollux::admin {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds retry_soon = 2s;

std::string_view title_of(unsigned status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "Not signed in";
    case 403:
      return "Not permitted";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 409:
      return "Not possible now";
    case 412:
      return "Changed by someone else";
    case 415:
      return "Not JSON";
    case 422:
      return "Wrong values";
    case 428:
      return "Revision required";
    case 429:
      return "Too many attempts";
    case 503:
      return "Not available now";
    default:
      return "Internal server error";
  }
}

}  // namespace

void throw_exception_from_error(const Problem& problem, const boost::source_location&) {
  throw std::logic_error("value() of an error: " + problem.detail);
}

Problem problem_of(const poll::PollError& error) {
  using enum poll::PollErrorCode;
  switch (error.code) {
    case not_found:
      return admin::not_found(error.message);
    case conflict:
      return {412, "conflict", error.message};
    case not_allowed:
      return {409, "not_allowed", error.message};
    case invalid:
      return invalid_values(error.message);
    case full:
      return {409, "full", error.message};
    case unavailable:
      return {503, "unavailable", error.message, retry_soon};
    case internal:
      break;
  }
  return {500, "internal", error.message};
}

Problem problem_of(const accounts::AccountError& error) {
  using enum accounts::AccountErrorCode;
  switch (error.code) {
    case not_found:
      return admin::not_found(error.message);
    case conflict:
      return {412, "conflict", error.message};
    case not_allowed:
      return forbidden(error.message);
    case unauthenticated:
      return admin::unauthenticated(error.message);
    case sign_in_again:
      return {401, "sign_in_again", error.message};
    case too_many:
      return {429, "too_many", error.message, error.retry_after};
    case invalid:
      return invalid_values(error.message);
    case full:
    case unavailable:
      return {503, "unavailable", error.message, retry_soon};
    case internal:
      break;
  }
  return {500, "internal", error.message};
}

http::Response response_of(const Problem& problem) {
  JsonObject body;
  body.text("type", "urn:pollux:problem:" + std::string(problem.code))
      .text("title", title_of(problem.status))
      .number("status", std::uint64_t{problem.status})
      .text("code", problem.code)
      .text("detail", problem.detail);
  http::Response response{.status = problem.status};
  response.set("Content-Type", "application/problem+json");
  response.set("Cache-Control", "no-store");
  if (problem.status == 401) response.set("WWW-Authenticate", "Bearer");
  if (problem.retry_after > 0s) response.set("Retry-After", std::to_string(problem.retry_after.count()));
  response.body = body.take();
  return response;
}

}  // namespace pollux::admin
