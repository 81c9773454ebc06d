#include "http/server.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <sys/resource.h>

#include "http/io_worker.hpp"
#include "http/listening_sockets.hpp"

namespace pollux::http {

std::size_t limit_of_descriptors() {
  rlimit limit{};
  const bool is_known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return is_known ? limit.rlim_cur : std::numeric_limits<std::size_t>::max();
}

class Server::Workers {
 public:
  Workers(IoThreads& threads, ServerOptions options, Handler handler)
      : state_(std::make_shared<ServerState>(std::move(options), std::move(handler))) {
    for (std::size_t i = 0; i < threads.size(); ++i) {
      workers_.push_back(std::make_shared<IoWorker>(threads.context(i), state_));
    }
  }

  Result<Endpoint> listen(const Endpoint& endpoint);
  void stop_accepting();
  bool wait_until_empty(std::chrono::milliseconds time);
  void force_close();
  const ServerStatistics& statistics() const { return state_->statistics; }

 private:
  bool has_running_workers() const;
  bool is_empty() const;

  std::shared_ptr<ServerState> state_;
  std::vector<std::shared_ptr<IoWorker>> workers_;
};

Result<Endpoint> Server::Workers::listen(const Endpoint& endpoint) {
  std::vector<IoThreads::Context*> contexts;
  for (const auto& worker : workers_) contexts.push_back(&worker->context());
  auto sockets = open_listening_sockets(contexts, endpoint);
  if (!sockets) return sockets.error();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    for (auto& acceptor : sockets->of_context[i]) workers_[i]->accept_from(std::move(acceptor));
  }
  return Endpoint{endpoint.host, sockets->port};
}

void Server::Workers::stop_accepting() {
  state_->draining = true;
  for (const auto& worker : workers_) worker->begin_drain();
}

bool Server::Workers::wait_until_empty(std::chrono::milliseconds time) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, time, [this] { return is_empty(); });
}

// A worker that no thread runs will neither accept nor call the handler, so nobody waits for it.
bool Server::Workers::is_empty() const {
  return std::ranges::none_of(workers_,
                              [](const auto& worker) { return worker->is_running() && worker->accepts(); }) &&
         (!has_running_workers() || state_->statistics.connections == 0);
}

bool Server::Workers::has_running_workers() const {
  return std::ranges::any_of(workers_, [](const auto& worker) { return worker->is_running(); });
}

void Server::Workers::force_close() {
  for (const auto& worker : workers_) worker->force_close();
}

Server::Server(IoThreads& threads, ServerOptions options, Handler handler)
    : workers_(std::make_unique<Workers>(threads, std::move(options), std::move(handler))) {}

Server::~Server() {
  drain(std::chrono::milliseconds(0));
}

Result<Endpoint> Server::listen(const Endpoint& endpoint) {
  return workers_->listen(endpoint);
}

void Server::drain(std::chrono::milliseconds deadline) {
  workers_->stop_accepting();
  if (workers_->wait_until_empty(deadline)) return;
  workers_->force_close();
  // Cut connections end by themselves, unless a handler blocks its thread: then waiting longer would not
  // help.
  workers_->wait_until_empty(std::chrono::seconds(5));
}

const ServerStatistics& Server::statistics() const {
  return workers_->statistics();
}

}  // namespace pollux::http
