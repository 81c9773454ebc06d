#include "engineio/server.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/io_threads.hpp"
#include "engineio/handshake.hpp"
#include "engineio/thread_sessions.hpp"
#include "engineio/web_socket_connection.hpp"

namespace pollux::engineio {
namespace {

http::WebSocketOptions web_socket_options(const Options& options) {
  // We drop a slow client ourselves, and count it; the socket's own bound only stands behind that.
  constexpr std::size_t frame_headers = 64 * 1024;
  return {.max_message_bytes = options.max_payload,
          .max_queued_bytes = options.buffered_bytes + frame_headers,
          .close_timeout = options.close_timeout};
}

}  // namespace

Server::Server(IoThreads& threads, Options options, Accept accept)
    : context_(std::make_shared<ServerContext>(std::move(options))), accept_(std::move(accept)) {
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads_.push_back(std::make_shared<ThreadSessions>(threads.context(i), i, context_->options.heartbeat));
  }
}

Server::~Server() {
  drain();
}

bool Server::serves(const http::Request& request) const {
  return request.path == context_->options.path;
}

void Server::handle(const http::Request& request, const http::Reply& reply) const {
  const auto refuse = [&](Refusal refusal) {
    ++context_->statistics.refused[static_cast<std::size_t>(refusal)];
    reply(refusal_response(refusal, request.wants_websocket));
  };

  const auto refusal = find_refusal(request, context_->options,
                                    [this](std::string_view id) { return context_->registry->knows(id); });
  if (refusal) return refuse(*refusal);
  if (context_->draining) return refuse(Refusal::draining);
  auto place = context_->registry->enter(request.remote_address);
  if (!place) return refuse(Refusal::no_place);

  reply.upgrade(
      web_socket_options(context_->options),
      std::make_shared<WebSocketConnection>(context_, std::move(place), accept_(request), current_thread()));
}

void Server::drain() {
  context_->draining = true;
  for (const auto& thread : threads_) thread->close_all(CloseReason::draining);
}

const Statistics& Server::statistics() const {
  return context_->statistics;
}

const std::shared_ptr<ThreadSessions>& Server::current_thread() const {
  const auto current = std::find_if(threads_.begin(), threads_.end(),
                                    [](const auto& thread) { return thread->is_current_thread(); });
  if (current == threads_.end())
    throw std::logic_error("engineio::Server: a request came on a foreign thread.");
  return *current;
}

}  // namespace pollux::engineio
