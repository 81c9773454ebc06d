#include "socketio/server.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <boost/asio/post.hpp>

#include "base/io_threads.hpp"
#include "engineio/codec.hpp"
#include "engineio/server.hpp"
#include "socketio/client.hpp"

namespace pollux::socketio {
namespace {

http::SharedMessage encode_shared(const Audience& audience, std::string_view event,
                                  const boost::json::array& arguments, std::string_view last = {}) {
  if (is_reserved_event(event)) throw std::invalid_argument("Server: the event name is reserved.");
  return std::make_shared<const std::string>(
      engineio::encode_packet(engineio::PacketType::message,
                              encode_event(audience.namespace_name, event, {arguments, {}}, {.last = last})));
}

// Runs one io thread's part of a broadcast and reports its duration.
template <class Part>
void run_observed(const ServerContext& context, Part part) {
  const auto& observe = context.options.observe_broadcast;
  if (!observe) return part();
  const auto start = std::chrono::steady_clock::now();
  part();
  observe(std::chrono::steady_clock::now() - start);
}

}  // namespace

Server::Server(IoThreads& threads, Options options) : threads_(threads) {
  const engineio::Options transport = options.transport;
  context_ = std::make_shared<ServerContext>(std::move(options));
  for (std::size_t i = 0; i < threads.size(); ++i)
    context_->threads.push_back(std::make_unique<ThreadSockets>(threads.context(i)));
  transport_ = std::make_unique<engineio::Server>(
      threads, transport,
      [context = context_](const http::Request&) { return std::make_shared<Client>(context); });
}

Server::~Server() = default;

Namespaces& Server::namespaces() {
  return context_->namespaces;
}

bool Server::serves(const http::Request& request) const {
  return transport_->serves(request);
}

void Server::handle(const http::Request& request, const http::Reply& reply) const {
  transport_->handle(request, reply);
}

void Server::broadcast(const Audience& audience, std::string_view event,
                       const boost::json::array& arguments) {
  const auto send = [&](const http::SharedMessage& packet, std::uint64_t number) {
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      boost::asio::post(threads_.context(i), [context = context_, i, audience, packet, number] {
        run_observed(*context, [&] { context->threads[i]->broadcast(audience, packet, number); });
      });
    }
  };
  if (!context_->recovery) return send(encode_shared(audience, event, arguments), 0);
  context_->recovery->broadcast(
      audience, [&](std::string_view offset) { return encode_shared(audience, event, arguments, offset); },
      send);
}

void Server::broadcast_latest(const Subject& subject, std::string_view event,
                              const boost::json::array& arguments) {
  // It has no offset, because its place among other events is not known. Without the null a client would take
  // a string in last place for the offset.
  const std::string_view last = context_->recovery ? "null" : "";
  const auto packet = encode_shared(subject.audience, event, arguments, last);
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    if (!context_->threads[i]->queue_latest(subject, packet)) continue;
    boost::asio::post(threads_.context(i), [context = context_, i] {
      run_observed(*context, [&] { context->threads[i]->send_latest(); });
    });
  }
}

void Server::drain() {
  transport_->drain();
}

const Statistics& Server::statistics() const {
  return context_->statistics;
}

const engineio::Statistics& Server::transport_statistics() const {
  return transport_->statistics();
}

}  // namespace pollux::socketio
