#include "http/server.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <vector>

#include <boost/asio/ip/v6_only.hpp>
#include <sys/resource.h>

#include "http/io_worker.hpp"

namespace pollux::http {
namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

std::string reason(const Endpoint& endpoint, const error_code& failed) {
  if (failed == asio::error::address_in_use) {
    return "the port is in use by another program. Stop it or choose another port.";
  }
  if (failed == asio::error::access_denied) {
    return "this user may not bind the port. Choose one above 1023.";
  }
  if (failed == asio::error::address_family_not_supported) {
    return "this machine does not support the address family (IPv6 may be disabled). Choose 0.0.0.0:" +
           std::to_string(endpoint.port) +
           " for all addresses, or 127.0.0.1:" + std::to_string(endpoint.port) + " for local clients.";
  }
  if (failed == boost::system::errc::address_not_available) {
    return "this machine does not have that address. Choose one that it has, or :" +
           std::to_string(endpoint.port) + " for all.";
  }
  if (failed == asio::error::host_not_found || failed == asio::error::host_not_found_try_again ||
      failed == asio::error::no_data || failed == asio::error::service_not_found) {
    return "the name \"" + endpoint.host + "\" can't be resolved.";
  }
  return failed.message() + ".";
}

Error cannot_listen(const Endpoint& endpoint, const error_code& failed) {
  return unavailable("Can't listen on " + endpoint.text() + ": " + reason(endpoint, failed));
}

std::vector<Tcp::endpoint> resolve(IoThreads::Context& context, const Endpoint& endpoint,
                                   error_code& failed) {
  if (endpoint.host.empty())
    return {{asio::ip::address_v6::any(), endpoint.port}, {Tcp::v4(), endpoint.port}};
  asio::ip::basic_resolver<Tcp, Executor> resolver(context);
  const auto found = resolver.resolve(endpoint.host, std::to_string(endpoint.port),
                                      Tcp::resolver::passive | Tcp::resolver::numeric_service, failed);
  std::vector<Tcp::endpoint> addresses;
  for (const auto& entry : found) addresses.push_back(entry.endpoint());
  return addresses;
}

enum class Port { exclusive, shared };

error_code open(Acceptor& acceptor, const Tcp::endpoint& address, Port port) {
  error_code failed;
  acceptor.open(address.protocol(), failed);
  if (!failed) acceptor.set_option(Socket::reuse_address(true), failed);
  if (!failed && port == Port::shared) acceptor.set_option(ReusePort(true), failed);
  if (!failed && address.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(!address.address().is_unspecified()), failed);
  }
  if (!failed) acceptor.bind(address, failed);
  if (!failed) acceptor.listen(Socket::max_listen_connections, failed);
  // SO_REUSEPORT from the start would let a second program of the same user bind the port, too, and the
  // kernel would split the clients between them. So the first socket binds exclusively, and shares the port
  // only once it listens. The first socket of another server fails to bind.
  if (!failed && port == Port::exclusive) acceptor.set_option(ReusePort(true), failed);
  return failed;
}

// One for each context and address; the kernel distributes the clients over them.
struct ListeningSockets {
  std::vector<std::vector<Acceptor>> of_context;  // in the order of the contexts
  std::uint16_t port = 0;
};

// Opens one socket for each context, or fails and opens none.
error_code open_all(std::span<IoThreads::Context* const> contexts, Tcp::endpoint address,
                    ListeningSockets& sockets) {
  std::vector<Acceptor> opened;
  for (auto* context : contexts) {
    auto& acceptor = opened.emplace_back(*context);
    if (const auto failed = open(acceptor, address, opened.size() == 1 ? Port::exclusive : Port::shared)) {
      return failed;
    }
    address.port(acceptor.local_endpoint().port());
  }
  for (std::size_t i = 0; i < opened.size(); ++i) sockets.of_context[i].push_back(std::move(opened[i]));
  sockets.port = address.port();
  return {};
}

// Resolves the host, which may block, and binds. A name is tried on all its addresses; those that this
// machine does not have are skipped if another one works.
Result<ListeningSockets> open_listening_sockets(std::span<IoThreads::Context* const> contexts,
                                                const Endpoint& endpoint) {
  error_code failed;
  const auto addresses = resolve(*contexts.front(), endpoint, failed);
  if (failed) return cannot_listen(endpoint, failed);

  ListeningSockets sockets;
  sockets.of_context.resize(contexts.size());
  for (const auto& address : addresses) {
    const auto failed_here = open_all(contexts, address, sockets);
    if (failed_here == asio::error::address_in_use) return cannot_listen(endpoint, failed_here);
    if (failed_here) failed = failed_here;
    // Port 0 is chosen on the first address only; and if the host is empty, IPv6 includes IPv4.
    if (!failed_here && (endpoint.port == 0 || endpoint.host.empty())) break;
  }
  if (sockets.port == 0) return cannot_listen(endpoint, failed);
  return sockets;
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const auto wrong = [text] {
    return invalid("\"" + std::string(text) +
                   "\" is not an address to listen on. Write it as 127.0.0.1:8080, " +
                   "[::1]:8080, localhost:8080 or :8080.");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  auto host = text.substr(0, colon);
  const auto port_text = text.substr(colon + 1);

  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (port_text.empty() || failed != std::errc() || end != port_text.data() + port_text.size())
    return wrong();

  if (host == "*") host = {};  // as in nginx
  if (host.starts_with('[') || host.ends_with(']')) {
    if (host.size() < 3 || host.front() != '[' || host.back() != ']') return wrong();
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos) return wrong();  // brackets are for IPv6
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();  // an IPv6 address without brackets is ambiguous
  }
  return Endpoint{std::string(host), port};
}

std::string Endpoint::text() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

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

// A worker whose thread is not running neither accepts nor calls the handler: it is not waited for.
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
  // Connections that were closed end by themselves, unless a handler blocks its thread.
  workers_->wait_until_empty(std::chrono::seconds(5));
}

const ServerStatistics& Server::statistics() const {
  return workers_->statistics();
}

}  // namespace pollux::http
