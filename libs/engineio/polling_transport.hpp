// What waits for a client that polls, and the poll that waits for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engineio/packet.hpp"
#include "engineio/server_context.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/web_socket.hpp"

namespace pollux::engineio {

// On the session's io thread, wherever the polls come from.
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
  std::size_t queued_bytes() const { return queued_bytes_; }  // with what a message costs beside its bytes
  std::vector<Outgoing> take_queue();

  // Holds the poll until one of the answers below. Returns its number, counted from 1.
  std::uint64_t wait(const http::Request& request, const http::Reply& reply);
  bool is_waiting() const { return poll_.has_value(); }
  bool is_waiting(std::uint64_t number) const { return is_waiting() && number == number_; }

  // Answer the poll: with what is queued; with this packet alone; with both; with an error. Where none waits,
  // nothing.
  void flush();
  void answer(PacketType packet);
  void flush_with(PacketType packet);
  void reject(RejectReason reason);

 private:
  struct Poll {
    http::Request request;  // its views hold as long as the reply
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
