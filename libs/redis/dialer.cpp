#include "redis/dialer.hpp"

#include <thread>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>

#include "base/resolve.hpp"
#include "redis/error.hpp"

namespace pollux::redis {

namespace asio = boost::asio;

Dialer::Dialer(asio::io_context& context, Url url, std::chrono::milliseconds limit, Done done)
    : context_(context), url_(std::move(url)), limit_(limit), done_(std::move(done)), socket_(context) {}

void Dialer::start() {
  boost::system::error_code error;
  if (!url_.socket_path.empty()) {
    endpoints_.emplace_back(asio::local::stream_protocol::endpoint(url_.socket_path));
  } else if (const auto address = asio::ip::make_address(url_.host, error); !error) {
    endpoints_.emplace_back(asio::ip::tcp::endpoint(address, url_.port));
  } else {
    return resolve_elsewhere();
  }
  asio::post(context_, [self = shared_from_this()] { self->try_next(""); });
}

void Dialer::cancel() {
  done_ = nullptr;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (!mailbox_) return;
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->context = nullptr;
}

void Dialer::resolve_elsewhere() {
  mailbox_ = std::make_shared<Mailbox>();
  mailbox_->context = &context_;
  std::thread([mailbox = mailbox_, self = weak_from_this(), host = url_.host, limit = limit_] {
    auto addresses = resolve(host, limit);
    const std::lock_guard lock(mailbox->mutex);
    if (mailbox->context == nullptr) return;
    asio::post(*mailbox->context, [self, addresses = std::move(addresses)] {
      if (const auto dialer = self.lock()) dialer->on_addresses(addresses);
    });
  }).detach();
}

void Dialer::on_addresses(const Result<std::vector<std::string>>& addresses) {
  if (!addresses) return finish(not_resolved(url_, addresses.error().message));
  for (const std::string& text : *addresses) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (!error) endpoints_.emplace_back(asio::ip::tcp::endpoint(address, url_.port));
  }
  try_next("it has no address");
}

void Dialer::try_next(const std::string& last_reason) {
  if (!done_) return;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (next_endpoint_ == endpoints_.size()) return finish(not_connected(url_, last_reason));
  const auto& endpoint = endpoints_[next_endpoint_++];
  socket_.async_connect(endpoint, [self = shared_from_this()](const boost::system::error_code& failed) {
    if (!self->done_) return;
    if (failed) return self->try_next(failed.message());
    boost::system::error_code unsupported;
    if (self->url_.socket_path.empty()) {
      self->socket_.set_option(asio::ip::tcp::no_delay(true), unsupported);
    }
    self->finish(std::move(self->socket_));
  });
}

void Dialer::finish(Result<Socket> result) {
  if (done_) std::exchange(done_, nullptr)(std::move(result));
}

}  // namespace pollux::redis
