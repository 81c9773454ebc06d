// Frames that are not sent yet, because the client is slow or because more frames follow at once. A socket
// has a backlog only while frames wait.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/container/static_vector.hpp>

#include "http/web_socket.hpp"
#include "http/web_socket_protocol.hpp"

namespace pollux::http {

// One frame to send. The message is shared with other clients; only the header is made for each.
struct Outgoing {
  Opcode opcode;
  SharedMessage message;

  OutgoingHeader header() const { return {opcode, message->size()}; }
  std::size_t size() const { return header().bytes().size() + message->size(); }
};

class WebSocketBacklog {
 public:
  // The overhead of a frame beside its message, so that a queue of empty messages is bounded, too.
  static constexpr std::size_t cost_of_frame = 32;
  // Up to this many consecutive pings are each answered, even if the client does not read.
  static constexpr std::ptrdiff_t max_pongs = 64;

  void push(Outgoing frame) {
    if (frame.opcode == Opcode::pong) return push_pong(std::move(frame));
    bytes_ += cost_of(frame);
    frames_.push_back(std::move(frame));
  }

  bool empty() const { return frames_.empty(); }
  std::size_t bytes() const { return bytes_; }  // including the overhead

  // Removes bytes that were sent, headers included.
  void advance(std::size_t sent) {
    sent_since_mark_ += sent;
    sent_of_front_ += sent;
    while (!frames_.empty() && sent_of_front_ >= frames_.front().size()) {
      sent_of_front_ -= frames_.front().size();
      bytes_ -= cost_of(frames_.front());
      frames_.pop_front();
    }
  }

  // The bytes sent since the last call.
  std::size_t take_sent() { return std::exchange(sent_since_mark_, 0); }

  // The buffers of the first frames, for one system call. Valid until the backlog changes.
  class Next {
   public:
    explicit Next(const WebSocketBacklog& backlog) {
      auto sent = backlog.sent_of_front_;
      for (const Outgoing& frame : backlog.frames_) {
        if (headers_.size() == headers_.capacity()) return;
        const auto header = boost::asio::buffer(headers_.emplace_back(frame.header()).bytes());
        const auto of_header = std::min(sent, header.size());
        buffers_.push_back(header + of_header);
        buffers_.push_back(boost::asio::buffer(*frame.message) + (sent - of_header));
        sent = 0;
      }
    }
    const auto& buffers() const { return buffers_; }

   private:
    static constexpr std::size_t max_frames = 16;

    boost::container::static_vector<OutgoingHeader, max_frames> headers_;
    boost::container::static_vector<boost::asio::const_buffer, 2 * max_frames> buffers_;
  };

 private:
  static std::size_t cost_of(const Outgoing& frame) { return frame.message->size() + cost_of_frame; }

  // Pongs go first. Beyond `max_pongs` a pong replaces the newest one: answering the latest ping is enough
  // (RFC 6455, section 5.5.3), and pings cannot fill the queue.
  void push_pong(Outgoing pong) {
    bytes_ += cost_of(pong);
    const auto first = frames_.begin() + (sent_of_front_ > 0 ? 1 : 0);
    const auto end = std::find_if(first, frames_.end(),
                                  [](const Outgoing& frame) { return frame.opcode != Opcode::pong; });
    if (end - first < max_pongs) {
      frames_.insert(end, std::move(pong));
    } else {
      bytes_ -= cost_of(*(end - 1));
      *(end - 1) = std::move(pong);
    }
  }

  std::deque<Outgoing> frames_;
  std::size_t sent_of_front_ = 0;
  std::size_t sent_since_mark_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace pollux::http
