#include "admin/api_request.hpp"

#include <charconv>
#include <limits>

#include "http/ascii.hpp"
#include "http/client_address.hpp"

namespace pollux::admin {
namespace {

constexpr std::size_t id_digits = 24;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_json_type(std::string_view content_type) {
  return http::equals_ignoring_case(http::cut_until(content_type, ';'), "application/json");
}

// A field that is empty is not missing: it is wrong.
std::optional<std::string> owned(std::optional<std::string_view> field) {
  return field ? std::optional<std::string>(*field) : std::nullopt;
}

}  // namespace

ApiResult<ApiRequest> ApiRequest::copy(const http::Request& request, PathParameters path,
                                       std::string_view session_cookie) {
  auto query = http::parse_query(request.query);
  if (!query) return bad_request(query.error().message);
  for (const std::string_view name : {"Authorization", "If-Match", "Idempotency-Key", "Content-Type"}) {
    if (request.headers->count(name) > 1) {
      return bad_request("The field " + std::string(name) + " is repeated.");
    }
  }
  const std::string_view key = request.header("Idempotency-Key");
  const auto is_visible = [](char c) { return c >= '!' && c <= '~'; };
  if (request.headers->count("Idempotency-Key") > 0 &&
      (key.empty() || key.size() > max_idempotency_key_bytes || !std::ranges::all_of(key, is_visible))) {
    return bad_request("The Idempotency-Key is not 1 to " + std::to_string(max_idempotency_key_bytes) +
                       " visible ASCII characters.");
  }
  return ApiRequest{
      .path = std::move(path),
      .query = *std::move(query),
      .body = std::string(request.body),
      .authorization = owned(key_field(request)),
      .session = std::string(http::find_cookie(request, session_cookie).value_or("")),
      .if_match = owned(request.headers->find("If-Match")),
      .if_none_match = std::string(request.header("If-None-Match")),
      .idempotency_key = std::string(key),
      .last_event_id = std::string(request.header("Last-Event-ID").substr(0, max_event_id_bytes)),
      .network = http::network_of(request.remote_address),
      .host = std::string(request.header("Host")),
      .has_json = is_json_type(request.header("Content-Type")),
      .is_head = request.method == http::Method::head};
}

const std::string& ApiRequest::parameter(std::string_view name) const {
  return std::ranges::find(path, name, &PathParameters::value_type::first)->second;
}

ApiResult<poll::PollId> ApiRequest::poll() const {
  const std::string& text = parameter("poll");
  if (!is_id(text)) return not_found("There is no such poll.");
  return poll::PollId::parse(text).value();
}

ApiResult<accounts::AccountId> ApiRequest::account() const {
  const std::string& text = parameter("account");
  if (!is_id(text)) return not_found("There is no such account.");
  return accounts::AccountId::parse(text).value();
}

ApiResult<void> ApiRequest::expect_query(std::initializer_list<std::string_view> names) const {
  std::size_t expected = 0;
  for (const std::string_view name : names) {
    const std::size_t count = query.count(name);
    if (count > 1) return bad_request("The parameter " + std::string(name) + " is repeated.");
    expected += count;
  }
  if (query.size() == expected) return {};
  std::string known;
  for (const std::string_view name : names) known.append(known.empty() ? "" : ", ").append(name);
  return bad_request(known.empty() ? "There are no parameters here; remove the query."
                                   : "There is an unknown parameter. The parameters are: " + known + ".");
}

ApiResult<std::uint64_t> ApiRequest::query_number(std::string_view name, std::uint64_t fallback,
                                                  std::uint64_t min, std::uint64_t max) const {
  const auto text = query.find(name);
  if (!text) return fallback;
  const auto number = parse_number(*text);
  if (number && *number >= min && *number <= max) return *number;
  return bad_request("The parameter " + std::string(name) + " is not an integer from " + std::to_string(min) +
                     " to " + std::to_string(max) + ".");
}

ApiResult<bool> ApiRequest::query_flag(std::string_view name) const {
  const std::string_view text = query.find(name).value_or("false");
  if (text == "true" || text == "false") return text == "true";
  return bad_request("The parameter " + std::string(name) + " is neither true nor false.");
}

ApiResult<accounts::AccountId> ApiRequest::query_account(const accounts::AccountId& own) const {
  if (auto checked = expect_query({"account"}); !checked) return checked.error();
  const auto named = query.find("account");
  if (!named) return own;
  if (!is_id(*named)) return bad_request("The parameter account is no id.");
  return accounts::AccountId::parse(*named).value();
}

ApiResult<std::optional<std::uint64_t>> ApiRequest::revision() const {
  if (!if_match) return std::optional<std::uint64_t>();
  const std::string_view tag = *if_match;
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
    const auto number = parse_number(tag.substr(1, tag.size() - 2));
    if (number && *number >= 1 && *number <= most) return number;
  }
  return bad_request("If-Match is not an ETag of this API, such as \"3\" in quotation marks.");
}

ApiResult<std::uint64_t> ApiRequest::required_revision() const {
  const auto known = revision();
  if (!known) return known.error();
  if (*known) return **known;
  return Problem{428, "revision_required",
                 "Send If-Match with the ETag that the change is made from, so that it does not undo what "
                 "someone else has changed."};
}

std::optional<std::string_view> key_field(const http::Request& request) {
  const auto field = request.headers->find("Authorization");
  if (!field) return std::nullopt;
  std::string_view rest = *field;
  if (http::equals_ignoring_case(http::cut_until(rest, ' '), "Basic")) return std::nullopt;
  return field;
}

std::string tag_of(std::uint64_t revision) {
  return "\"" + std::to_string(revision) + "\"";
}

bool is_id(std::string_view text) {
  return text.size() == id_digits &&
         std::ranges::all_of(text, [](char c) { return http::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

}  // namespace pollux::admin
