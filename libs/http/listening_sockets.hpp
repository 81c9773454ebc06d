// The sockets that a server accepts on: one for each io thread and address, among which the kernel spreads
// the clients.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "http/io.hpp"
#include "http/server.hpp"

namespace pollux::http {

struct ListeningSockets {
  std::vector<std::vector<Acceptor>> of_context;  // in the order of the contexts
  std::uint16_t port = 0;
};

// Resolves the host, which may block, and binds. Names are tried on all their addresses; one that this
// machine lacks is passed over where another one could be had.
Result<ListeningSockets> open_listening_sockets(std::span<IoThreads::Context* const> contexts,
                                                const Endpoint& endpoint);

}  // namespace pollux::http
