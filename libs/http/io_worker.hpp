// The part of a server that runs on one io thread: connections accepted here are read, answered and closed
// here.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/system/error_code.hpp>

#include "base/io_threads.hpp"
#include "http/request_id.hpp"
#include "http/response.hpp"
#include "http/server.hpp"

namespace pollux::http {

// The Asio types of this library, with the concrete executor of an io_context: any_io_executor would cost
// type erasure in every step of a coroutine.
namespace asio = boost::asio;

using error_code = boost::system::error_code;
using Executor = IoThreads::Context::executor_type;
using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

template <class T>
using Awaitable = asio::awaitable<T, Executor>;

// co_await operation(…, into(error)): returns the error as a value.
inline auto into(error_code& error) {
  return asio::redirect_error(asio::use_awaitable_t<Executor>(), error);
}

class IoWorker;

// A connection as its worker sees it: counted, with a deadline, closable. Lives on one io thread, where all
// members are called. There is no timer per connection: the worker checks all deadlines periodically, which
// takes no system call and no timer heap.
class OpenConnection : public boost::intrusive::list_base_hook<> {
 public:
  using Clock = std::chrono::steady_clock;

  explicit OpenConnection(std::shared_ptr<IoWorker> worker);
  OpenConnection(const OpenConnection&) = delete;
  OpenConnection& operator=(const OpenConnection&) = delete;

  Clock::time_point deadline() const { return deadline_; }
  virtual void deadline_passed() = 0;  // called again at each check until the deadline is changed
  // Closes the connection if it waits for a request of which nothing has arrived.
  virtual bool close_if_idle() = 0;
  // Closes the connection if a request is incomplete that began before this time.
  virtual bool close_if_begun_before(Clock::time_point time) = 0;
  virtual void force_close() = 0;

 protected:
  virtual ~OpenConnection();

  void set_deadline(Clock::duration from_now) { deadline_ = Clock::now() + from_now; }
  bool has_deadline() const { return deadline_ != Clock::time_point::max(); }
  void clear_deadline() { deadline_ = Clock::time_point::max(); }

  IoWorker& worker() { return *worker_; }
  const std::shared_ptr<IoWorker>& shared_worker() const { return worker_; }
  // Unregisters; worker() must not be called afterwards. Idempotent.
  void leave();

 private:
  std::shared_ptr<IoWorker> worker_;
  Clock::time_point deadline_ = Clock::time_point::max();
};

// Shared by all workers of a server.
struct ServerState {
  ServerState(ServerOptions server_options, Server::Handler server_handler)
      : options(std::move(server_options)),
        handler(std::move(server_handler)),
        security(options.security),
        descriptor_limit(limit_of_descriptors()) {}

  const ServerOptions options;
  const Server::Handler handler;
  const SecurityFields security;
  const std::size_t descriptor_limit;  // of the process
  ServerStatistics statistics;
  std::atomic<bool> draining{false};

  // For drain(), which waits until no worker accepts and no connection is open.
  std::mutex mutex;
  std::condition_variable changed;
};

class IoWorker : public std::enable_shared_from_this<IoWorker> {
 public:
  IoWorker(IoThreads::Context& context, std::shared_ptr<ServerState> server);

  // Any thread.
  void accept_from(Acceptor acceptor);
  void begin_drain();
  void force_close();
  // True if the io thread has started this worker and has not been stopped.
  bool is_running() const { return running_ && !context_.stopped(); }
  bool accepts() const { return accepting_ > 0; }
  IoThreads::Context& context() { return context_; }

  // The io thread only.
  ServerState& server() { return *server_; }
  std::string_view date();  // for the Date field
  RequestIds& request_ids() { return request_ids_; }
  ThreadStatistics& statistics() { return statistics_; }
  // Counts a handler failure and calls ServerOptions::on_failure. `failure.what` is that of the exception, if
  // there is one.
  void report_failure(HandlerFailure failure);
  // A buffer for bytes that are used before the handler returns, or discarded.
  std::span<char> scratch() { return scratch_; }
  void add(OpenConnection& connection);
  void remove(OpenConnection& connection);

 private:
  Awaitable<void> accept(std::shared_ptr<Acceptor> acceptor);
  Awaitable<void> check_deadlines();
  void admit(Socket socket);
  std::optional<Shed> shortage(std::size_t descriptor) const;
  bool make_room();
  template <class Close>
  bool close_one(const Close& close);

  IoThreads::Context& context_;
  std::shared_ptr<ServerState> server_;
  boost::intrusive::list<OpenConnection, boost::intrusive::constant_time_size<false>> connections_;
  std::vector<std::weak_ptr<Acceptor>> acceptors_;
  std::atomic<bool> running_{false};
  std::atomic<int> accepting_{0};  // open acceptors
  bool checks_deadlines_ = false;
  ThreadStatistics& statistics_;
  RequestIds request_ids_;
  std::string date_;
  std::chrono::system_clock::time_point date_until_;
  std::array<char, 16 * 1024> scratch_;
};

}  // namespace pollux::http
