// A request to the API, copied, so that another thread can work on it: the views of http::Request end with
// its response, which may be sent by a timeout.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/account.hpp"
#include "admin/problem.hpp"
#include "http/form.hpp"
#include "http/request.hpp"
#include "poll/vote.hpp"

namespace pollux::admin {

// The values of a route's parameters, such as {poll}.
using PathParameters = std::vector<std::pair<std::string, std::string>>;

struct ApiRequest {
  static constexpr std::size_t max_idempotency_key_bytes = 64;
  static constexpr std::size_t max_event_id_bytes = 64;

  PathParameters path{};
  http::Fields query{};
  std::string body{};
  std::optional<std::string> authorization{};  // see key_field()
  std::string session{};                       // the token in the cookie; empty: none
  std::optional<std::string> if_match{};
  std::string if_none_match{};
  std::string idempotency_key{};
  std::string last_event_id{};  // of Server-Sent Events; at most max_event_id_bytes
  std::string network{};        // see http::network_of()
  std::string host{};           // the field
  bool has_json = false;        // its Content-Type
  bool is_head = false;         // the response will have no body

  // `bad_request` if the query can't be decoded, or if a field that must be unique is repeated.
  static ApiResult<ApiRequest> copy(const http::Request& request, PathParameters path,
                                    std::string_view session_cookie);

  // Parameters of the path. `not_found` if it can be none, with a message about `what`.
  ApiResult<poll::PollId> poll() const;
  ApiResult<accounts::AccountId> account() const;
  const std::string& parameter(std::string_view name) const;  // must be one of the route

  // `bad_request` if the query has another parameter, or one of these twice.
  ApiResult<void> expect_query(std::initializer_list<std::string_view> names) const;
  std::optional<std::string_view> query_text(std::string_view name) const { return query.find(name); }
  // `bad_request` unless it is an integer of the range, or "true" or "false".
  ApiResult<std::uint64_t> query_number(std::string_view name, std::uint64_t fallback, std::uint64_t min,
                                        std::uint64_t max) const;
  ApiResult<bool> query_flag(std::string_view name) const;
  // The only parameter, `account`; `own` without it.
  ApiResult<accounts::AccountId> query_account(const accounts::AccountId& own) const;

  // The revision that If-Match has; none without the field. `bad_request` for anything but one strong tag.
  ApiResult<std::optional<std::uint64_t>> revision() const;
  // The same; `revision_required` without the field.
  ApiResult<std::uint64_t> required_revision() const;
};

// The Authorization field; none if it is missing, or if its scheme is Basic: browsers send that to a proxy
// that asks for it, and the proxy may pass it on. All others are taken for API keys, also if they are empty.
std::optional<std::string_view> key_field(const http::Request& request);

// "\"3\"": the entity tag of a revision.
std::string tag_of(std::uint64_t revision);

// 24 lower-case hexadecimal digits, as ids of polls and accounts are.
bool is_id(std::string_view text);

}  // namespace pollux::admin
