#include "http/io_worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "http/connection.hpp"

namespace pollux::http {

using namespace std::chrono_literals;

IoWorker::IoWorker(IoThreads::Context& context, std::shared_ptr<ServerState> server)
    : context_(context), server_(std::move(server)) {}

void IoWorker::accept_from(Acceptor acceptor) {
  ++accepting_;
  asio::co_spawn(
      context_,
      [self = shared_from_this(), shared = std::make_shared<Acceptor>(std::move(acceptor))] {
        return self->accept(shared);
      },
      asio::detached);
}

Awaitable<void> IoWorker::accept(std::shared_ptr<Acceptor> acceptor) {
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

namespace {

// The same connection by the lowest descriptor that is free, so that a high one is a sign of few that are
// free again as soon as lower ones have been closed.
Socket moved_down(Socket socket) {
  const auto executor = socket.get_executor();
  ErrorOfSystem failed;
  const auto protocol = socket.local_endpoint(failed).protocol();
  if (failed) return socket;
  const int lowest = ::fcntl(socket.native_handle(), F_DUPFD_CLOEXEC, 0);
  if (lowest < 0) return socket;
  if (lowest > socket.native_handle()) {
    ::close(lowest);
    return socket;
  }
  socket.close(failed);
  return {executor, protocol, lowest};
}

}  // namespace

void IoWorker::admit(Socket socket) {
  // The kernel gives the lowest descriptor that is free, so this one tells how many are in use.
  const auto descriptor = static_cast<std::size_t>(socket.native_handle());
  const auto& limits = server_->options.limits;
  const auto short_of = shortage(descriptor);
  if (short_of) {
    ++server_->statistics.shed;
    if (server_->options.on_shed) server_->options.on_shed(*short_of);
  }
  // Some more than the limits allow are taken in to get a 503; beyond those a connection is closed without a
  // word.
  const auto most = static_cast<std::int64_t>(limits.connections + limits.connections / 16 + 16);
  const bool is_hopeless = server_->statistics.connections >= most ||
                           descriptor + limits.spare_descriptors / 2 >= server_->descriptor_limit;
  const bool has_room = !short_of || close_an_idle_connection();
  if (!has_room && is_hopeless) return;
  if (short_of == Shed::too_few_descriptors && has_room) socket = moved_down(std::move(socket));
  std::make_shared<Connection>(shared_from_this(), std::move(socket))->start(has_room);
}

std::optional<Shed> IoWorker::shortage(std::size_t descriptor) const {
  const auto& limits = server_->options.limits;
  if (server_->statistics.connections >= static_cast<std::int64_t>(limits.connections)) {
    return Shed::too_many_connections;
  }
  if (limits.spare_descriptors > 0 && descriptor + limits.spare_descriptors >= server_->descriptor_limit) {
    return Shed::too_few_descriptors;
  }
  return std::nullopt;
}

// Closes the connection that has waited longest for a request: a browser repeats a request that may be
// repeated. Only the first 1024 are checked, so that many busy connections cost little.
bool IoWorker::close_an_idle_connection() {
  constexpr int most_looked_at = 1024;
  int looked_at = 0;
  for (auto& connection : connections_) {
    if (connection.close_if_idle()) return true;
    if (++looked_at == most_looked_at) break;
  }
  return false;
}

Awaitable<void> IoWorker::sweep() {
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

void IoWorker::begin_drain() {
  asio::post(context_, [self = shared_from_this()] {
    for (const auto& acceptor : self->acceptors_) {
      if (const auto open = acceptor.lock()) open->close();
    }
    self->acceptors_.clear();
    for (auto& connection : self->connections_) connection.close_if_idle();
    const std::lock_guard lock(self->server_->mutex);
    self->accepting_ = 0;
    self->server_->changed.notify_all();
  });
}

void IoWorker::force_close() {
  asio::post(context_, [self = shared_from_this()] {
    for (auto& connection : self->connections_) connection.force_close();
  });
}

std::string_view IoWorker::date() {
  const auto now = std::chrono::system_clock::now();
  if (now >= date_until_ || now < date_until_ - 1s) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    date_ = http_date(second);
    date_until_ = second + 1s;
  }
  return date_;
}

void IoWorker::report_failure(std::string_view method, std::string_view path,
                              const std::exception_ptr& thrown) {
  ++server_->statistics.failed;
  if (!server_->options.on_failure) return;
  const auto report = [&](std::string_view what) {
    server_->options.on_failure({.method = method, .path = path, .what = what, .exception = thrown});
  };
  if (!thrown) return report("The handler let go of its reply without an answer.");
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    report(exception.what());
  } catch (...) {
    report("Something that is no std::exception was thrown.");
  }
}

void IoWorker::add(OpenConnection& connection) {
  ++server_->statistics.connections;
  connections_.push_back(connection);
}

void IoWorker::remove(OpenConnection& connection) {
  connections_.erase(connections_.iterator_to(connection));
  if (--server_->statistics.connections > 0) return;
  const std::lock_guard lock(server_->mutex);
  server_->changed.notify_all();
}

}  // namespace pollux::http
