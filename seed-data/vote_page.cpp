#include "seed-data/vote_page.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "config/units.hpp"

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_url_bytes = 2000;

std::string text_of(const auto& part) {
  return {part.data(), part.size()};
}

Result<void> write(const std::filesystem::path& file, std::string_view content) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content << std::flush;
  if (out) return {};
  const std::string why = errno != 0 ? std::generic_category().message(errno) : "unknown error";
  return invalid("The file " + file.string() + " cannot be written: " + why + ".");
}

}  // namespace

Result<ServiceUrl> ServiceUrl::parse(std::string_view text) {
  if (text.size() > max_url_bytes) return invalid("The URL has more than 2000 bytes.");
  const auto url = boost::urls::parse_uri({text.data(), text.size()});
  if (!url) return invalid("This is not a URL.");
  if (url->scheme_id() != boost::urls::scheme::http) return invalid("The URL is not an http URL.");
  if (url->host_address().empty()) return invalid("The URL names no host.");
  if (url->has_userinfo()) return invalid("The URL has a user name, which is not supported.");
  const std::string port = url->has_port() && !url->port().empty() ? text_of(url->port()) : "80";
  if (const auto number = config::parse_integer(port); !number || *number < 1 || *number > 65535)
    return invalid("The URL's port is not from 1 to 65535.");

  // Boost.URL 1.81 parses the "x" of "http://host:x" as a path.
  const auto path = url->encoded_path();
  if (!path.empty() && path.front() != '/') return invalid("The URL's port is not a number.");

  ServiceUrl parsed;
  const auto address = url->host_address();
  parsed.host = text_of(address);
  parsed.port = port;
  parsed.authority = text_of(url->encoded_host_and_port());
  parsed.target = text_of(url->encoded_target());
  if (!parsed.target.starts_with('/')) parsed.target.insert(0, "/");
  return parsed;
}

Requests::Requests(const ServiceUrl& url, const VotePlan& plan) {
  const std::string head = " " + url.target + " HTTP/1.1\r\nHost: " + url.authority +
                           "\r\nUser-Agent: pollux-seed\r\nAccept: text/html\r\n";
  page_ = "GET" + head + "\r\n";
  identity_ = "HEAD" + head + "\r\n";
  for (std::size_t option = 0; option < plan.options(); ++option) {
    Form form{.head = "POST" + head, .body = "vote=" + plan.option_id(option)};
    form.head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                 std::to_string(form.body.size()) + "\r\n";
    forms_.push_back(std::move(form));
  }
}

void Requests::vote(std::size_t option, std::string_view cookie, std::string& request) const {
  request = forms_[option].head;
  if (!cookie.empty()) request.append("Cookie: ").append(cookie).append("\r\n");
  request.append("\r\n").append(forms_[option].body);
}

bool may_succeed_later(unsigned status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value) {
  const auto seconds = config::parse_integer(value);
  if (!seconds || *seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min<std::int64_t>(*seconds, 86'400));
}

Backoff retry_backoff(std::uint32_t seed) {
  return {100ms, 5s, seed};
}

std::chrono::milliseconds pause_before_retry(Backoff& backoff,
                                             std::optional<std::chrono::seconds> retry_after) {
  return std::min<std::chrono::milliseconds>(retry_after.value_or(0s), 1min) + backoff.next();
}

Result<void> make_post_data(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error && !std::filesystem::is_directory(directory))
    error = std::make_error_code(std::errc::not_a_directory);
  if (error)
    return invalid("The directory " + directory.string() + " cannot be created: " + error.message() + ".");
  using File = std::pair<std::string_view, std::string_view>;
  for (const auto& [name, content] : std::array<File, 2>{File{"posta", "vote=a"}, File{"postb", "vote=b"}}) {
    if (auto written = write(directory / name, content); !written) return written;
  }
  return {};
}

}  // namespace pollux::seed
