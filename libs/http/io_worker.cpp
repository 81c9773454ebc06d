#include "http/io_worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "http/connection.hpp"

namespace pollux::http {

using namespace std::chrono_literals;

namespace {

// Moves the socket to the lowest free descriptor, so that shortage(), which checks the descriptor's number,
// notices when lower ones have been closed.
Socket moved_down(Socket socket) {
  const auto executor = socket.get_executor();
  error_code failed;
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

OpenConnection::OpenConnection(std::shared_ptr<IoWorker> worker) : worker_(std::move(worker)) {
  worker_->add(*this);
}

OpenConnection::~OpenConnection() {
  leave();
}

void OpenConnection::leave() {
  if (!worker_) return;
  worker_->remove(*this);
  worker_.reset();
}

IoWorker::IoWorker(IoThreads::Context& context, std::shared_ptr<ServerState> server)
    : context_(context),
      server_(std::move(server)),
      statistics_(server_->statistics.threads.emplace_back()) {}

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
  if (!checks_deadlines_) {
    checks_deadlines_ = true;
    asio::co_spawn(
        context_, [self = shared_from_this()] { return self->check_deadlines(); }, asio::detached);
  }
  if (server_->draining) acceptor->close();
  while (acceptor->is_open()) {
    error_code failed;
    auto socket = co_await acceptor->async_accept(into(failed));
    if (!failed) {
      admit(std::move(socket));
    } else if (acceptor->is_open() && failed != asio::error::connection_aborted) {
      // Out of descriptors or memory. Both become available when connections end, so retry.
      Timer pause(context_, 100ms);
      co_await pause.async_wait(into(failed));
    }
  }
}

void IoWorker::admit(Socket socket) {
  // The kernel assigns the lowest free descriptor, so its number is the number in use.
  const auto descriptor = static_cast<std::size_t>(socket.native_handle());
  const auto& limits = server_->options.limits;
  const auto short_of = shortage(descriptor);
  if (short_of) {
    ++server_->statistics.shed;
    if (server_->options.on_shed) server_->options.on_shed(*short_of);
  }
  // Somewhat more connections than the limit are accepted, to answer them with 503; beyond that they are
  // closed without an answer.
  const auto most = static_cast<std::int64_t>(limits.connections + limits.connections / 16 + 16);
  const bool is_over_all_limits = server_->statistics.connections >= most ||
                                  descriptor + limits.spare_descriptors / 2 >= server_->descriptor_limit;
  const bool has_room = !short_of || make_room();
  if (!has_room && is_over_all_limits) return;
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

// Closes a connection for a new one. Many that send their requests slowly must not push out those of people,
// which are idle most of the time and send a request at once; a browser retries idempotent requests.
bool IoWorker::make_room() {
  constexpr auto slow_time = 1s;
  const auto now = OpenConnection::Clock::now();
  const auto close_slow = [&](OpenConnection& connection) {
    return connection.close_if_begun_before(now - slow_time);
  };
  const auto close_idle = [](OpenConnection& connection) { return connection.close_if_idle(); };
  const auto close_incomplete = [&](OpenConnection& connection) {
    return connection.close_if_begun_before(now);
  };
  return close_one(close_slow) || close_one(close_idle) || close_one(close_incomplete);
}

// The oldest that `close` closes. Checks only the first 1024, so that many busy connections cost little.
template <class Close>
bool IoWorker::close_one(const Close& close) {
  constexpr int max_checked = 1024;
  int checked = 0;
  for (auto& connection : connections_) {
    if (close(connection)) return true;
    if (++checked == max_checked) break;
  }
  return false;
}

Awaitable<void> IoWorker::check_deadlines() {
  Timer timer(context_);
  while (!server_->draining || !connections_.empty()) {
    timer.expires_after(250ms);
    error_code failed;
    co_await timer.async_wait(into(failed));
    const auto now = OpenConnection::Clock::now();
    statistics_.loop_lag.add(now - timer.expiry());
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

void IoWorker::report_failure(HandlerFailure failure) {
  ++server_->statistics.failed;
  if (!server_->options.on_failure) return;
  const auto report = [&](std::string_view what) {
    failure.what = what;
    server_->options.on_failure(failure);
  };
  if (!failure.exception) return report(failure.what);
  try {
    std::rethrow_exception(failure.exception);
  } catch (const std::exception& exception) {
    report(exception.what());
  } catch (...) {
    report("The exception is not a std::exception.");
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
