#include "tracing/otlp_client.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/resolve.hpp"

namespace pollux::tracing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t max_head_bytes = 8 * 1024;
constexpr std::size_t max_body_bytes = 64 * 1024;
constexpr int version_1_1 = 11;

beast::string_view beast_view(const std::string& text) {
  return {text.data(), text.size()};
}

// Retry-After as seconds; the form with a date is rare in collectors, and then the backoff decides.
std::optional<std::chrono::seconds> parse_seconds(std::string_view text) {
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

bool may_retry(unsigned status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

// Runs on the thread of post(); only a resolver's thread and interrupt() come from elsewhere.
class OtlpClient::Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(const OtlpEndpoint& endpoint, const std::string& body)
      : endpoint_(endpoint),
        request_(beast::http::verb::post, beast_view(endpoint.target), version_1_1, body) {
    using beast::http::field;
    request_.set(field::host, beast_view(endpoint_authority_));
    request_.set(field::content_type, "application/json");
    request_.set(field::user_agent, "pollux");
    request_.keep_alive(false);
    request_.prepare_payload();
    parser_.header_limit(max_head_bytes);
    parser_.body_limit(max_body_bytes);
  }

  void start() {
    resolve(endpoint_.host, [self = shared_from_this()](ResolvedAddresses found) {
      // The context must not own itself: the handler may never run.
      asio::post(self->context_, [weak = std::weak_ptr(self), found = std::move(found)] {
        if (const auto exchange = weak.lock()) exchange->connect(found);
      });
    });
  }

  // False if it has not ended by then, or by interrupt().
  bool run_until(Clock::time_point deadline) {
    context_.restart();
    context_.run_until(deadline);
    return outcome_.has_value();
  }
  // Posted, so that it ends a run that is just about to begin, too.
  void interrupt() {
    asio::post(context_, [this] { context_.stop(); });
  }

  OtlpOutcome take_outcome() { return *std::move(outcome_); }

 private:
  void connect(const ResolvedAddresses& found) {
    if (!found) return end("its name cannot be resolved: " + found.error().message);
    std::vector<tcp::endpoint> addresses;
    for (const std::string& address : *found) {
      error_code invalid_address;
      const auto parsed = asio::ip::make_address(address, invalid_address);
      if (!invalid_address) addresses.emplace_back(parsed, endpoint_.port);
    }
    asio::async_connect(socket_, addresses, [this](error_code failed, const tcp::endpoint&) {
      if (failed) return end("it cannot be reached: " + failed.message());
      write();
    });
  }

  void write() {
    beast::http::async_write(socket_, request_, [this](error_code failed, std::size_t) {
      if (failed) return end("the request failed: " + failed.message());
      read();
    });
  }

  void read() {
    beast::http::async_read(socket_, buffer_, parser_, [this](error_code failed, std::size_t) {
      if (failed) return end("there was no valid response: " + failed.message());
      interpret();
    });
  }

  void interpret() {
    const unsigned status = parser_.get().result_int();
    OtlpOutcome outcome;
    if (status >= 200 && status < 300) {
      outcome.kind = OtlpOutcome::Kind::accepted;
      outcome.body = std::move(parser_.get().body());
    } else {
      outcome.kind = may_retry(status) ? OtlpOutcome::Kind::retry : OtlpOutcome::Kind::rejected;
      outcome.reason = "it answered with status " + std::to_string(status);
      const auto after = parser_.get()[beast::http::field::retry_after];
      if (may_retry(status)) outcome.retry_after = parse_seconds({after.data(), after.size()});
    }
    finish(std::move(outcome));
  }

  void end(std::string reason) { finish({.reason = std::move(reason)}); }

  void finish(OtlpOutcome outcome) {
    outcome_ = std::move(outcome);
    work_.reset();
    context_.stop();
  }

  const OtlpEndpoint endpoint_;
  const std::string endpoint_authority_ = endpoint_.authority();
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  tcp::socket socket_{context_};
  beast::http::request<beast::http::string_body> request_;
  beast::flat_buffer buffer_;
  beast::http::response_parser<beast::http::string_body> parser_;
  std::optional<OtlpOutcome> outcome_;
};

OtlpClient::OtlpClient(OtlpEndpoint endpoint) : endpoint_(std::move(endpoint)) {}

OtlpClient::~OtlpClient() = default;

OtlpOutcome OtlpClient::post(const std::string& body, Clock::time_point deadline) {
  const auto exchange = std::make_shared<Exchange>(endpoint_, body);
  {
    const std::lock_guard lock(mutex_);
    running_ = exchange;
  }
  exchange->start();
  for (;;) {
    Clock::time_point end;
    {
      const std::lock_guard lock(mutex_);
      end = std::min(deadline, end_);
    }
    const bool ended = exchange->run_until(end);
    if (!ended && Clock::now() < end) continue;  // end_by() was called
    const std::lock_guard lock(mutex_);
    running_.reset();
    if (ended) return exchange->take_outcome();
    return {.reason = "it did not answer in time"};
  }
}

void OtlpClient::end_by(Clock::time_point time) {
  const std::lock_guard lock(mutex_);
  end_ = time;
  if (running_) running_->interrupt();
}

}  // namespace pollux::tracing
