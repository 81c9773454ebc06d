// The messages that wait for a polling client, and the poll that waits for messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engineio/codec.hpp"
#include "engineio/server_context.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/web_socket.hpp"

namespace pollux::engineio {

// For the session's io thread, whichever thread the polls arrive on.
class PollingTransport {
 public:
  struct Outgoing {
    http::SharedMessage message;
    bool is_binary;
  };

  explicit PollingTransport(ServerContext& server) : server_(server) {}
  ~PollingTransport();
  PollingTransport(const PollingTransport&) = delete;
  PollingTransport& operator=(const PollingTransport&) = delete;

  void push(http::SharedMessage message, bool is_binary);
  bool has_queued() const { return !queue_.empty(); }
  std::size_t queued_bytes() const { return queued_bytes_; }  // including an overhead per message
  std::vector<Outgoing> take_queue();

  // Keeps the poll until it is answered. Returns its number, counted from 1.
  std::uint64_t wait(const http::Request& request, const http::Reply& reply);
  bool is_waiting() const { return poll_.has_value(); }
  bool is_waiting(std::uint64_t number) const { return is_waiting() && number == number_; }

  // Answer the waiting poll, if any: with what is queued, with this packet, with both, or with an error.
  void flush();
  void answer(PacketType packet);
  void flush_with(PacketType packet);
  void reject(RejectReason reason);

 private:
  struct Poll {
    http::Request request;  // its views are valid as long as the reply exists
    http::Reply reply;
  };

  std::string take_payload();
  Poll take_poll();
  void answer(std::string payload);

  ServerContext& server_;
  std::vector<Outgoing> queue_;
  std::size_t queued_bytes_ = 0;
  std::optional<Poll> poll_;
  std::uint64_t number_ = 0;
};

}  // namespace pollux::engineio
