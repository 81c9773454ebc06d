#include "http/listening_sockets.hpp"

#include <boost/asio/ip/v6_only.hpp>

namespace pollux::http {
namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

std::string reason(const Endpoint& endpoint, const ErrorOfSystem& failed) {
  if (failed == asio::error::address_in_use) {
    return "the port is in use by another program. Stop it or choose another port.";
  }
  if (failed == asio::error::access_denied) {
    return "this user may not take the port. Choose one above 1023.";
  }
  if (failed == asio::error::address_family_not_supported) {
    return "this machine has no such kind of addresses (IPv6 may be switched off). Choose 0.0.0.0:" +
           std::to_string(endpoint.port) +
           " for all that it has, or 127.0.0.1:" + std::to_string(endpoint.port) + " for itself alone.";
  }
  if (failed == boost::system::errc::address_not_available) {
    return "this machine does not have that address. Choose one that it has, or :" +
           std::to_string(endpoint.port) + " for all.";
  }
  if (failed == asio::error::host_not_found || failed == asio::error::host_not_found_try_again ||
      failed == asio::error::no_data || failed == asio::error::service_not_found) {
    return "the name \"" + endpoint.host + "\" is not known here.";
  }
  return failed.message() + ".";
}

Error cannot_listen(const Endpoint& endpoint, const ErrorOfSystem& failed) {
  return unavailable("Can't listen on " + endpoint.text() + ": " + reason(endpoint, failed));
}

std::vector<Tcp::endpoint> resolve(IoThreads::Context& context, const Endpoint& endpoint,
                                   ErrorOfSystem& failed) {
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

ErrorOfSystem open(Acceptor& acceptor, const Tcp::endpoint& address, Port port) {
  ErrorOfSystem failed;
  acceptor.open(address.protocol(), failed);
  if (!failed) acceptor.set_option(Socket::reuse_address(true), failed);
  if (!failed && port == Port::shared) acceptor.set_option(ReusePort(true), failed);
  if (!failed && address.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(!address.address().is_unspecified()), failed);
  }
  if (!failed) acceptor.bind(address, failed);
  if (!failed) acceptor.listen(Socket::max_listen_connections, failed);
  // Binding with SO_REUSEPORT from the start would succeed beside any other program of the same user that
  // does so too, such as a second one of ours, and the kernel would give each a part of the clients. So the
  // first socket takes the port for itself, and allows others only when it listens already. Their first
  // sockets take the port for themselves too, and fail.
  if (!failed && port == Port::exclusive) acceptor.set_option(ReusePort(true), failed);
  return failed;
}

// One socket for each context, or an error and none.
ErrorOfSystem open_all(std::span<IoThreads::Context* const> contexts, Tcp::endpoint address,
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

}  // namespace

Result<ListeningSockets> open_listening_sockets(std::span<IoThreads::Context* const> contexts,
                                                const Endpoint& endpoint) {
  ErrorOfSystem failed;
  const auto addresses = resolve(*contexts.front(), endpoint, failed);
  if (failed) return cannot_listen(endpoint, failed);

  ListeningSockets sockets;
  sockets.of_context.resize(contexts.size());
  for (const auto& address : addresses) {
    const auto failed_here = open_all(contexts, address, sockets);
    if (failed_here == asio::error::address_in_use) return cannot_listen(endpoint, failed_here);
    if (failed_here) failed = failed_here;
    // A free port is free on the first address; and where the host is every address, IPv6 includes IPv4.
    if (!failed_here && (endpoint.port == 0 || endpoint.host.empty())) break;
  }
  if (sockets.port == 0) return cannot_listen(endpoint, failed);
  return sockets;
}

}  // namespace pollux::http
