#include "http/request_head.hpp"

#include <algorithm>
#include <charconv>

#include <boost/beast/http/basic_parser.hpp>

#include "base/bounded_text.hpp"
#include "http/ascii.hpp"
#include "http/query.hpp"
#include "http/request_syntax.hpp"

namespace pollux::http {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

namespace {

std::string_view to_std(BeastView text) {
  return {text.data(), text.size()};
}

Method method_of(beast_http::verb verb) {
  switch (verb) {
    case beast_http::verb::get:
      return Method::get;
    case beast_http::verb::head:
      return Method::head;
    case beast_http::verb::post:
      return Method::post;
    case beast_http::verb::put:
      return Method::put;
    case beast_http::verb::patch:
      return Method::patch;
    case beast_http::verb::delete_:
      return Method::delete_;
    case beast_http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

ErrorResponse error_response_for(const error_code& failed) {
  using beast_http::error;
  if (failed == error::header_limit) return {431, "The request has too many header fields.\n"};
  if (failed == error::bad_obs_fold) return {400, "A header field goes over more than one line.\n"};
  if (failed == error::bad_content_length || failed == error::multiple_content_length ||
      failed == error::bad_transfer_encoding) {
    return {400, "The request does not say clearly how long its body is.\n"};
  }
  return {400, "The request is not valid HTTP.\n"};
}

}  // namespace

// Collects what Beast's parser finds in a head. It is given the whole head at once, so that it never waits
// for more and its views stay good.
class RequestHead::Parser final : public beast_http::basic_parser<true> {
 public:
  Parser(RequestHead& head, std::string_view bytes, std::size_t max_fields)
      : head_(head), bytes_(bytes), max_fields_(max_fields) {
    header_limit(static_cast<std::uint32_t>(bytes.size() + 1));
    body_limit(boost::none);
  }

 private:
  void on_request_impl(beast_http::verb verb, BeastView name, BeastView target, int version,
                       error_code&) override {
    head_.request_.method = method_of(verb);
    head_.request_.method_name = to_std(name);
    head_.request_.target = to_std(target);
    head_.is_http_1_0_ = version == 10;
  }

  void on_field_impl(beast_http::field, BeastView name, BeastView value, error_code& failed) override {
    if (head_.fields_.size() == max_fields_) failed = beast_http::error::header_limit;
    // Beast joins the lines of a folded field in a buffer of its own. Folding is obsolete, and refused.
    const bool folded = !value.empty() && (std::less<>()(value.data(), bytes_.data()) ||
                                           !std::less<>()(value.data(), bytes_.data() + bytes_.size()));
    if (folded) failed = beast_http::error::bad_obs_fold;
    if (!failed) head_.fields_.push_back({to_std(name), to_std(value)});
  }

  void on_response_impl(int, BeastView, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastView body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code&) override { return body.size(); }
  void on_finish_impl(error_code&) override {}

  RequestHead& head_;
  std::string_view bytes_;
  std::size_t max_fields_;
};

std::optional<ErrorResponse> RequestHead::parse(std::string_view bytes, const ServerLimits& limits) {
  request_ = Request{};
  request_.headers = this;
  fields_.clear();
  is_about_server_ = false;

  if (auto error = check_lines(bytes)) return error;
  // A newer minor version is answered as the newest that we know (RFC 9110, section 2.5).
  if (const auto minor = minor_version_position(bytes); bytes[minor] > '1') {
    as_version_1_1_ = bytes;
    as_version_1_1_[minor] = '1';
    bytes = as_version_1_1_;
  }
  Parser parser(*this, bytes, limits.header_fields);
  error_code failed;
  parser.put(boost::asio::buffer(bytes), failed);
  if (failed) return error_response_for(failed);
  if (!parser.is_header_done()) return ErrorResponse{400, "The request is not valid HTTP.\n"};

  keep_alive_ = parser.keep_alive();
  // HTTP/1.0 has no Upgrade, and a proxy of that version might pass the field on (RFC 9110, section 7.8).
  request_.wants_websocket = !is_http_1_0_ && has_token(find("Upgrade").value_or(""), "websocket");
  if (request_.target.size() > limits.target_bytes) {
    return ErrorResponse{414, "The address of the request is too long.\n"};
  }
  if (auto error = check_host()) return error;
  if (auto error = check_target()) return error;
  if (auto error = check_body(limits)) return error;
  return check_expectation();
}

std::optional<ErrorResponse> RequestHead::check_host() const {
  const auto hosts = count("Host");
  if (hosts > 1) return ErrorResponse{400, "The request has more than one Host field.\n"};
  if (hosts == 0 && !is_http_1_0_) return ErrorResponse{400, "The request has no Host field.\n"};
  if (hosts == 1 && !is_host_and_port(*find("Host"))) {
    return ErrorResponse{400, "The Host field is not a host.\n"};
  }
  return std::nullopt;
}

std::optional<ErrorResponse> RequestHead::check_target() {
  auto target = request_.target;
  if (target == "*" && request_.method == Method::options) {
    is_about_server_ = true;
    request_.path = target;
    return std::nullopt;
  }
  if (auto error = take_absolute_form(target)) return error;
  const bool is_absolute = target.data() != request_.target.data();
  const auto question = target.find('?');
  auto path = target.substr(0, question);
  if (path.empty() && is_absolute) path = "/";
  if (!path.starts_with('/') || target.find('#') != std::string_view::npos) {
    return ErrorResponse{400, "The address of the request is not a path.\n"};
  }
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
  return check_path(path);
}

// A proxy's form, http://host/path, is accepted from everybody. Its host replaces that of the Host field, for
// every reader of the field (RFC 9112, section 3.2.2). Leaves the path and query.
std::optional<ErrorResponse> RequestHead::take_absolute_form(std::string_view& target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto authority = target.substr(0, target.find_first_of("/?#"));
    if (!is_host_and_port(authority))
      return ErrorResponse{400, "The address of the request has no valid host.\n"};
    const auto host = std::ranges::find_if(
        fields_, [](const Field& field) { return equals_ignoring_case(field.name, "Host"); });
    if (host != fields_.end()) host->value = authority;
    if (host == fields_.end()) fields_.push_back({"Host", authority});
    target.remove_prefix(authority.size());
    break;
  }
  return std::nullopt;
}

std::optional<ErrorResponse> RequestHead::check_path(std::string_view encoded) {
  request_.path = encoded;
  if (encoded.find('%') != std::string_view::npos) {
    auto decoded = percent_decode(encoded);
    if (!decoded) return ErrorResponse{400, "The address of the request has a broken percent escape.\n"};
    decoded_path_ = std::move(*decoded);
    request_.path = decoded_path_;
  }
  if (!is_plain_text(request_.path))
    return ErrorResponse{400, "The address of the request is not plain text.\n"};
  return std::nullopt;
}

std::optional<ErrorResponse> RequestHead::check_body(const ServerLimits& limits) {
  const auto length = find("Content-Length");
  const auto coding = find("Transfer-Encoding");
  chunked_ = coding.has_value();
  content_length_ = 0;
  if (coding) {
    if (is_http_1_0_ || length || count("Transfer-Encoding") > 1) {
      return ErrorResponse{400, "The request does not say clearly how long its body is.\n"};
    }
    if (!equals_ignoring_case(*coding, "chunked")) {
      return ErrorResponse{501, "The request has a transfer coding other than chunked.\n"};
    }
    return std::nullopt;
  }
  if (!length) {
    const bool needs_length =
        request_.method == Method::post || request_.method == Method::put || request_.method == Method::patch;
    if (needs_length) return ErrorResponse{411, "Please send the Content-Length of the body.\n"};
    return std::nullopt;
  }
  const auto* end = length->data() + length->size();
  const auto [parsed, failed] = std::from_chars(length->data(), end, content_length_);
  if (count("Content-Length") > 1 || failed != std::errc() || parsed != end) {
    return ErrorResponse{400, "The request does not say clearly how long its body is.\n"};
  }
  if (content_length_ > limits.body_bytes)
    return ErrorResponse{413, "The body of the request is too large.\n"};
  return std::nullopt;
}

std::optional<ErrorResponse> RequestHead::check_expectation() {
  expects_continue_ = false;
  const auto expectation = find("Expect");
  if (!expectation || is_http_1_0_) return std::nullopt;
  if (!equals_ignoring_case(*expectation, "100-continue")) {
    return ErrorResponse{417, "The request expects something other than 100-continue.\n"};
  }
  expects_continue_ = true;
  return std::nullopt;
}

std::optional<std::string_view> RequestHead::find(std::string_view name) const {
  for (const auto& field : fields_) {
    if (equals_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::size_t RequestHead::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields_, [name](const Field& field) { return equals_ignoring_case(field.name, name); }));
}

}  // namespace pollux::http
