// A server's part on one io thread: what is accepted here is read, answered and closed here.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/intrusive/list.hpp>

#include "http/io.hpp"
#include "http/open_connection.hpp"
#include "http/response_head.hpp"
#include "http/server.hpp"

namespace pollux::http {

// What all workers of a server share.
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

  // drain() waits here until all workers have stopped to accept and the last connection has gone.
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
  // Whether the io thread has taken up this worker and has not been stopped.
  bool is_running() const { return running_ && !context_.stopped(); }
  bool accepts() const { return accepting_ > 0; }
  IoThreads::Context& context() { return context_; }

  // The io thread only.
  ServerState& server() { return *server_; }
  std::string_view date();
  // Counts a handler that failed, and calls ServerOptions::on_failure; `thrown` is empty if it dropped its
  // reply.
  void report_failure(std::string_view method, std::string_view path, const std::exception_ptr& thrown);
  // For bytes that are used before the handler returns, or that are read from a socket to be discarded.
  std::span<char> scratch() { return scratch_; }
  void add(OpenConnection& connection);
  void remove(OpenConnection& connection);

 private:
  Awaitable<void> accept(std::shared_ptr<Acceptor> acceptor);
  Awaitable<void> sweep();
  void admit(Socket socket);
  std::optional<Shed> shortage(std::size_t descriptor) const;
  bool close_an_idle_connection();

  IoThreads::Context& context_;
  std::shared_ptr<ServerState> server_;
  boost::intrusive::list<OpenConnection, boost::intrusive::constant_time_size<false>> connections_;
  std::vector<std::weak_ptr<Acceptor>> acceptors_;
  std::atomic<bool> running_{false};
  std::atomic<int> accepting_{0};  // acceptors given and not closed yet
  bool sweeping_ = false;
  std::string date_;
  std::chrono::system_clock::time_point date_until_;
  std::array<char, 16 * 1024> scratch_;
};

}  // namespace pollux::http
