#include "engineio/polling_transport.hpp"

#include <utility>

namespace pollux::engineio {
namespace {

// The overhead of a queued message; its bytes may be shared with other clients.
constexpr std::size_t cost_of_message = sizeof(PollingTransport::Outgoing);

}  // namespace

PollingTransport::~PollingTransport() {
  if (is_waiting()) --server_.statistics.waiting_polls;
}

void PollingTransport::push(http::SharedMessage message, bool is_binary) {
  queued_bytes_ += message->size() + cost_of_message;
  queue_.push_back({std::move(message), is_binary});
}

std::vector<PollingTransport::Outgoing> PollingTransport::take_queue() {
  queued_bytes_ = 0;
  return std::exchange(queue_, {});
}

std::uint64_t PollingTransport::wait(const http::Request& request, const http::Reply& reply) {
  poll_.emplace(Poll{request, reply});
  ++server_.statistics.waiting_polls;
  return ++number_;
}

void PollingTransport::flush() {
  if (is_waiting()) answer(take_payload());
}

void PollingTransport::answer(PacketType packet) {
  if (is_waiting()) answer(encode_packet(packet));
}

void PollingTransport::flush_with(PacketType packet) {
  if (!is_waiting()) return;
  std::string payload = take_payload();
  append_text_packet(payload, encode_packet(packet));
  answer(std::move(payload));
}

void PollingTransport::reject(RejectReason reason) {
  if (!is_waiting()) return;
  const Poll poll = take_poll();
  server_.reject(reason, poll.request, poll.reply);
}

PollingTransport::Poll PollingTransport::take_poll() {
  Poll poll = std::move(*poll_);
  poll_.reset();
  --server_.statistics.waiting_polls;
  return poll;
}

std::string PollingTransport::take_payload() {
  std::string payload;
  for (const auto& [message, is_binary] : take_queue()) {
    is_binary ? append_binary_packet(payload, *message) : append_text_packet(payload, *message);
  }
  return payload;
}

void PollingTransport::answer(std::string payload) {
  const Poll poll = take_poll();
  server_.answer(std::move(payload), poll.request, poll.reply);
}

}  // namespace pollux::engineio
