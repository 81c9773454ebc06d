#include "http/lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "http/connection.hpp"

namespace pollux::http {

using namespace std::chrono_literals;

Lane::Lane(IoThreads::Context& context, std::shared_ptr<ServerState> server)
    : context_(context), server_(std::move(server)) {}

void Lane::accept_from(Acceptor acceptor) {
  ++accepting_;
  asio::co_spawn(
      context_,
      [self = shared_from_this(), shared = std::make_shared<Acceptor>(std::move(acceptor))] {
        return self->accept(shared);
      },
      asio::detached);
}

Awaitable<void> Lane::accept(std::shared_ptr<Acceptor> acceptor) {
  running_ = true;
  acceptors_.push_back(acceptor);
  if (!sweeping_) {
    sweeping_ = true;
    asio::co_spawn(
        context_, [self = shared_from_this()] { return self->sweep(); }, asio::detached);
  }
  if (server_->draining) acceptor->close();
  while (acceptor->is_open()) {
    ErrorOfSystem failed;
    auto socket = co_await acceptor->async_accept(into(failed));
    if (!failed) {
      admit(std::move(socket));
    } else if (acceptor->is_open() && failed != asio::error::connection_aborted) {
      // No descriptor or no memory is left. Both come back when connections end, so wait a little.
      Timer pause(context_, 100ms);
      co_await pause.async_wait(into(failed));
    }
  }
}

void Lane::admit(Socket socket) {
  // Some more than the limit are answered with 503; beyond those a connection is closed without a word.
  const auto limit = static_cast<std::int64_t>(server_->options.limits.connections);
  if (server_->statistics.connections >= limit + limit / 16 + 16) return;
  auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket));
  connection->start(server_->statistics.connections <= limit);
}

Awaitable<void> Lane::sweep() {
  Timer timer(context_);
  while (!server_->draining || !connections_.empty()) {
    timer.expires_after(250ms);
    ErrorOfSystem failed;
    co_await timer.async_wait(into(failed));
    const auto now = OpenConnection::Clock::now();
    for (auto& connection : connections_) {
      if (connection.deadline() <= now) connection.deadline_passed();
    }
  }
}

void Lane::begin_drain() {
  asio::post(context_, [self = shared_from_this()] {
    for (const auto& acceptor : self->acceptors_) {
      if (const auto open = acceptor.lock()) open->close();
    }
    self->acceptors_.clear();
    for (auto& connection : self->connections_) connection.begin_drain();
    const std::lock_guard lock(self->server_->mutex);
    self->accepting_ = 0;
    self->server_->changed.notify_all();
  });
}

void Lane::cut() {
  asio::post(context_, [self = shared_from_this()] {
    for (auto& connection : self->connections_) connection.cut();
  });
}

std::string_view Lane::date() {
  const auto now = std::chrono::system_clock::now();
  if (now >= date_until_ || now < date_until_ - 1s) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    date_ = http_date(second);
    date_until_ = second + 1s;
  }
  return date_;
}

void Lane::add(OpenConnection& connection) {
  ++server_->statistics.connections;
  connections_.push_back(connection);
}

void Lane::remove(OpenConnection& connection) {
  connections_.erase(connections_.iterator_to(connection));
  if (--server_->statistics.connections > 0) return;
  const std::lock_guard lock(server_->mutex);
  server_->changed.notify_all();
}

}  // namespace pollux::http
