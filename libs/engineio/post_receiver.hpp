// The other direction of long-polling: a client's POSTs, whose bodies hold packets.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "engineio/codec.hpp"
#include "engineio/fair_task_queue.hpp"
#include "http/request.hpp"

namespace pollux::engineio {

// Receives the POSTs of one session, one at a time. For the session's io thread.
class PostReceiver {
 public:
  using Clock = FairTaskQueue::Clock;
  // Gets packet after packet, or nothing for what is none. Nothing is the last, and so is a packet for which
  // it returns false, because the session has ended.
  using Receive = std::function<bool(const std::optional<PayloadPacket>& packet, Clock::time_point now)>;

  // `max_packets`: of one POST; if it has more, none of them is received. The queue must outlive this.
  PostReceiver(FairTaskQueue& tasks, std::size_t max_packets) : tasks_(tasks), max_packets_(max_packets) {}

  // False for binary payloads of protocol 3, and while a POST is received.
  bool can_receive(const http::Request& request) const;

  // Calls `receive` for the packets of the body, then `done`. A few packets are received before this returns,
  // what remains as a task. Both functions are kept until then; meanwhile the body and this must exist.
  void receive(std::string_view body, const Receive& receive, const std::function<void()>& done);

 private:
  FairTaskQueue& tasks_;
  const std::size_t max_packets_;
  bool is_receiving_ = false;
};

}  // namespace pollux::engineio
