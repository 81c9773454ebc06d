// The vote page: its address, the requests to it, and when to retry them.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/backoff.hpp"
#include "base/result.hpp"
#include "seed-data/vote_plan.hpp"

namespace pollux::seed {

// An HTTP URL (RFC 3986) in the parts that a client needs.
struct ServiceUrl {
  std::string host = "127.0.0.1";  // a name or an IP address, without brackets
  std::string port = "8080";
  std::string authority = "127.0.0.1:8080";  // the Host header
  std::string target = "/";                  // path and query

  static Result<ServiceUrl> parse(std::string_view text);
  std::string text() const { return "http://" + authority + target; }
};

// The requests as bytes, rendered once for all votes.
class Requests {
 public:
  Requests(const ServiceUrl& url, const VotePlan& plan);

  const std::string& page() const { return page_; }  // GET

  // HEAD of the page: the response sets a new voter's cookie.
  const std::string& identity() const { return identity_; }

  // Sets `request` to a vote (application/x-www-form-urlencoded). `cookie` may be empty.
  void vote(std::size_t option, std::string_view cookie, std::string& request) const;

 private:
  struct Form {
    std::string head;  // without its final CRLF, so that a cookie can follow
    std::string body;
  };

  std::string page_;
  std::string identity_;
  std::vector<Form> forms_;  // by option
};

// Whether a response status means that the same request may succeed later: 429, 502, 503 and 504.
bool may_succeed_later(unsigned status);

// The seconds of a Retry-After header (RFC 9110, section 10.2.3). A date counts as absent, since it would
// need synchronized clocks.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value);

// The wait before a request is retried, from 100 ms up to 5 s.
Backoff retry_backoff(std::uint32_t seed);

// The wait before the next attempt: what the service asked for, at most a minute, plus `backoff.next()`.
std::chrono::milliseconds pause_before_retry(Backoff& backoff,
                                             std::optional<std::chrono::seconds> retry_after);

// Writes votes as files for programs that post a file, such as Apache Bench (`ab -p`): `posta` ("vote=a") and
// `postb`
// ("vote=b"), without a newline. Creates the directory and replaces existing files.
Result<void> make_post_data(const std::filesystem::path& directory);

}  // namespace pollux::seed
