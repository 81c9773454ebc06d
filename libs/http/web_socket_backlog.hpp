// The frames that a slow client has not taken yet. A socket has one only while something waits.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "http/web_socket.hpp"
#include "http/web_socket_frame.hpp"

namespace pollux::http {

// One frame to send. The message is shared with all others that it goes to; only its header is made anew.
struct Outgoing {
  Opcode opcode;
  SharedMessage message;

  OutgoingHeader header() const { return {opcode, message->size()}; }
  std::size_t size() const { return header().bytes().size() + message->size(); }
};

class WebSocketBacklog {
 public:
  // What a frame costs to keep beside its message, so that a queue of empty messages has a bound, too.
  static constexpr std::size_t cost_of_frame = 32;

  void push(Outgoing frame) {
    if (frame.opcode == Opcode::pong) return push_pong(std::move(frame));
    bytes_ += cost_of(frame);
    frames_.push_back(std::move(frame));
  }

  bool empty() const { return frames_.empty(); }
  std::size_t bytes() const { return bytes_; }  // with what each frame costs
  const Outgoing& front() const { return frames_.front(); }
  std::size_t sent_of_front() const { return sent_of_front_; }

  // So many bytes more of the first frame, header included, have gone out.
  void advance(std::size_t sent) {
    sent_of_front_ += sent;
    if (sent_of_front_ < frames_.front().size()) return;
    sent_of_front_ = 0;
    bytes_ -= cost_of(frames_.front());
    frames_.pop_front();
  }

 private:
  static std::size_t cost_of(const Outgoing& frame) { return frame.message->size() + cost_of_frame; }

  // Goes next. It takes the place of one that still waits: the newest is enough (RFC 6455, section 5.5.3),
  // and so pings cannot fill the queue.
  void push_pong(Outgoing pong) {
    bytes_ += cost_of(pong);
    const auto next = frames_.begin() + (sent_of_front_ > 0 ? 1 : 0);
    if (next != frames_.end() && next->opcode == Opcode::pong) {
      bytes_ -= cost_of(*next);
      *next = std::move(pong);
    } else {
      frames_.insert(next, std::move(pong));
    }
  }

  std::deque<Outgoing> frames_;
  std::size_t sent_of_front_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace pollux::http
