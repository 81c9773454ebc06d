#include "http/server.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <sys/resource.h>

#include "http/lane.hpp"
#include "http/listening_sockets.hpp"

namespace pollux::http {

std::size_t limit_of_descriptors() {
  rlimit limit{};
  const bool is_known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return is_known ? limit.rlim_cur : std::numeric_limits<std::size_t>::max();
}

class Server::Lanes {
 public:
  Lanes(IoThreads& threads, ServerOptions options, Handler handler)
      : state_(std::make_shared<ServerState>(std::move(options), std::move(handler))) {
    for (std::size_t i = 0; i < threads.size(); ++i) {
      lanes_.push_back(std::make_shared<Lane>(threads.context(i), state_));
    }
  }

  Result<Endpoint> listen(const Endpoint& endpoint);
  void stop_accepting();
  bool wait_until_empty(std::chrono::milliseconds time);
  void cut();
  const ServerStatistics& statistics() const { return state_->statistics; }

 private:
  bool has_running_lanes() const;
  bool is_empty() const;

  std::shared_ptr<ServerState> state_;
  std::vector<std::shared_ptr<Lane>> lanes_;
};

Result<Endpoint> Server::Lanes::listen(const Endpoint& endpoint) {
  std::vector<IoThreads::Context*> contexts;
  for (const auto& lane : lanes_) contexts.push_back(&lane->context());
  auto sockets = open_listening_sockets(contexts, endpoint);
  if (!sockets) return sockets.error();
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    for (auto& acceptor : sockets->of_context[i]) lanes_[i]->accept_from(std::move(acceptor));
  }
  return Endpoint{endpoint.host, sockets->port};
}

void Server::Lanes::stop_accepting() {
  state_->draining = true;
  for (const auto& lane : lanes_) lane->begin_drain();
}

bool Server::Lanes::wait_until_empty(std::chrono::milliseconds time) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, time, [this] { return is_empty(); });
}

// A lane that no thread runs will neither accept nor call the handler, so nobody waits for it.
bool Server::Lanes::is_empty() const {
  return std::ranges::none_of(lanes_,
                              [](const auto& lane) { return lane->is_running() && lane->accepts(); }) &&
         (!has_running_lanes() || state_->statistics.connections == 0);
}

bool Server::Lanes::has_running_lanes() const {
  return std::ranges::any_of(lanes_, [](const auto& lane) { return lane->is_running(); });
}

void Server::Lanes::cut() {
  for (const auto& lane : lanes_) lane->cut();
}

Server::Server(IoThreads& threads, ServerOptions options, Handler handler)
    : lanes_(std::make_unique<Lanes>(threads, std::move(options), std::move(handler))) {}

Server::~Server() {
  drain(std::chrono::milliseconds(0));
}

Result<Endpoint> Server::listen(const Endpoint& endpoint) {
  return lanes_->listen(endpoint);
}

void Server::drain(std::chrono::milliseconds deadline) {
  lanes_->stop_accepting();
  if (lanes_->wait_until_empty(deadline)) return;
  lanes_->cut();
  // Cut connections end by themselves, unless a handler blocks its thread: then waiting longer would not
  // help.
  lanes_->wait_until_empty(std::chrono::seconds(5));
}

const ServerStatistics& Server::statistics() const {
  return lanes_->statistics();
}

}  // namespace pollux::http
