#include "http/request_head.hpp"

#include <algorithm>
#include <charconv>
#include <functional>

#include <boost/beast/http/basic_parser.hpp>

#include "base/bounded_text.hpp"
#include "http/ascii.hpp"
#include "http/form.hpp"

namespace pollux::http {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

namespace {

constexpr ErrorResponse folded_line{400, "A header field is folded over more than one line.\n"};
constexpr ErrorResponse ambiguous_length{400, "The length of the request body is ambiguous.\n"};
constexpr ErrorResponse not_http{400, "The request is not valid HTTP.\n"};
constexpr ErrorResponse bad_request_line{
    400, "The request line is not a method, a target and a version separated by single spaces.\n"};

bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

std::optional<ErrorResponse> check_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last <= first + 1) return bad_request_line;
  if (line.find('\r') != std::string_view::npos) return bad_request_line;
  const auto version = line.substr(last + 1);
  const auto target = line.substr(first + 1, last - first - 1);
  if (!is_version(version) || target.find(' ') != std::string_view::npos) return bad_request_line;
  if (version[5] != '1') return ErrorResponse{505, "The only supported version is HTTP/1.1.\n"};
  return std::nullopt;
}

// `head` is complete. Rejects a request line that is not a method, a target and a version with one space
// between them, a major version other than 1, lines that end in a bare LF, and lines that begin with a space
// or tab (obs-fold). RFC 9112, sections 2.2, 3 and 5.2.
std::optional<ErrorResponse> check_lines(std::string_view head) {
  bool is_first = true;
  std::size_t begin = 0;
  for (;;) {
    const auto end = head.find('\n', begin);
    if (end == std::string_view::npos) return std::nullopt;
    if (end == begin || head[end - 1] != '\r') return bare_line_feed;
    if (head[begin] == ' ' || head[begin] == '\t') return is_first ? bad_request_line : folded_line;
    if (is_first) {
      if (auto error = check_request_line(head.substr(begin, end - 1 - begin))) return error;
      is_first = false;
    }
    begin = end + 1;
  }
}

// The position of the digit after "HTTP/1." in a head that check_lines() accepts.
std::size_t minor_version_position(std::string_view head) {
  return head.find("\r\n") - 1;
}

// A non-empty host with an optional port: the value of a Host field or the authority of an absolute target
// (RFC 9110, sections 4.2.1 and 7.2; RFC 3986, section 3.2).
bool is_host_and_port(std::string_view text) {
  std::size_t end_of_host = 0;
  if (text.starts_with('[')) {  // an IPv6 address
    const auto closing = text.find(']');
    if (closing == std::string_view::npos) return false;
    const auto address = text.substr(1, closing - 1);
    const bool is_address = !address.empty() && std::ranges::all_of(address, [](char c) {
      return is_hex_digit(c) || c == ':' || c == '.';
    });
    if (!is_address) return false;
    end_of_host = closing + 1;
  } else {
    end_of_host = std::min(text.find(':'), text.size());
    if (!consists_of(text.substr(0, end_of_host), "-._~%!$&'()*+,;=")) return false;
  }
  const auto port = text.substr(end_of_host);
  return port.empty() || (port.front() == ':' && std::ranges::all_of(port.substr(1), is_digit));
}

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
  if (failed == error::bad_obs_fold) return folded_line;
  if (failed == error::bad_content_length || failed == error::multiple_content_length ||
      failed == error::bad_transfer_encoding) {
    return ambiguous_length;
  }
  return not_http;
}

}  // namespace

bool has_bare_line_feed(std::string_view head, std::size_t from) {
  for (auto at = head.find('\n', from); at != std::string_view::npos; at = head.find('\n', at + 1)) {
    if (at == 0 || head[at - 1] != '\r') return true;
  }
  return false;
}

// Collects what Beast's parser finds. It gets the whole head at once, so it never waits for more and its
// views stay valid.
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
    // Beast joins the lines of a folded field in a buffer of its own. Folding is obsolete and rejected.
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
  // A newer minor version is handled as HTTP/1.1 (RFC 9110, section 2.5).
  if (const auto minor = minor_version_position(bytes); bytes[minor] > '1') {
    as_version_1_1_ = bytes;
    as_version_1_1_[minor] = '1';
    bytes = as_version_1_1_;
  }
  Parser parser(*this, bytes, limits.header_fields);
  error_code failed;
  parser.put(boost::asio::buffer(bytes), failed);
  if (failed) return error_response_for(failed);
  if (!parser.is_header_done()) return not_http;

  keep_alive_ = parser.keep_alive();
  // HTTP/1.0 has no Upgrade, and a 1.0 proxy might forward the field (RFC 9110, section 7.8).
  request_.wants_websocket = !is_http_1_0_ && has_token(find("Upgrade").value_or(""), "websocket");
  if (request_.target.size() > limits.target_bytes) return target_too_long;
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
    return ErrorResponse{400, "The Host field is not valid.\n"};
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
    return ErrorResponse{400, "The request target is not a path.\n"};
  }
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
  return check_path(path);
}

// The form for proxies, http://host/path, is accepted from every client. Its host replaces the value of the
// Host field (RFC 9112, section 3.2.2). Leaves path and query in `target`.
std::optional<ErrorResponse> RequestHead::take_absolute_form(std::string_view& target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto authority = target.substr(0, target.find_first_of("/?#"));
    if (!is_host_and_port(authority))
      return ErrorResponse{400, "The host in the request target is not valid.\n"};
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
    if (!decoded) return ErrorResponse{400, "The request target has an invalid percent escape.\n"};
    decoded_path_ = std::move(*decoded);
    request_.path = decoded_path_;
  }
  if (!is_plain_text(request_.path)) return ErrorResponse{400, "The request target is not plain text.\n"};
  return std::nullopt;
}

std::optional<ErrorResponse> RequestHead::check_body(const ServerLimits& limits) {
  const auto length = find("Content-Length");
  const auto coding = find("Transfer-Encoding");
  chunked_ = coding.has_value();
  content_length_ = 0;
  if (coding) {
    if (is_http_1_0_ || length || count("Transfer-Encoding") > 1) return ambiguous_length;
    if (!equals_ignoring_case(*coding, "chunked")) {
      return ErrorResponse{501, "The only supported transfer coding is chunked.\n"};
    }
    return std::nullopt;
  }
  if (!length) {
    const bool needs_length =
        request_.method == Method::post || request_.method == Method::put || request_.method == Method::patch;
    if (needs_length) return ErrorResponse{411, "The request has no Content-Length.\n"};
    return std::nullopt;
  }
  const auto* end = length->data() + length->size();
  const auto [parsed, failed] = std::from_chars(length->data(), end, content_length_);
  if (count("Content-Length") > 1 || failed != std::errc() || parsed != end) return ambiguous_length;
  if (content_length_ > limits.body_bytes) return body_too_large;
  return std::nullopt;
}

std::optional<ErrorResponse> RequestHead::check_expectation() {
  expects_continue_ = false;
  const auto expectation = find("Expect");
  if (!expectation || is_http_1_0_) return std::nullopt;
  if (!equals_ignoring_case(*expectation, "100-continue")) {
    return ErrorResponse{417, "The only supported expectation is 100-continue.\n"};
  }
  expects_continue_ = true;
  return std::nullopt;
}

std::optional<std::string_view> RequestHead::nth(std::string_view name, std::size_t n) const {
  for (const auto& field : fields_) {
    if (equals_ignoring_case(field.name, name) && n-- == 0) return field.value;
  }
  return std::nullopt;
}

std::size_t RequestHead::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields_, [name](const Field& field) { return equals_ignoring_case(field.name, name); }));
}

}  // namespace pollux::http
