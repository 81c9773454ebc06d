// The frames that have not been sent yet: because the client is slow, or because more are about to follow. A
// socket has one only while something waits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/container/static_vector.hpp>

#include "http/web_socket.hpp"
#include "http/web_socket_frame.hpp"

namespace pollux::http {

// One frame to send. The message is shared with all others that it goes to; only its header is made for each.
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
  // Every one of so many pings in a row is answered, also where the client does not read yet.
  static constexpr std::ptrdiff_t most_pongs = 64;

  void push(Outgoing frame) {
    if (frame.opcode == Opcode::pong) return push_pong(std::move(frame));
    bytes_ += cost_of(frame);
    frames_.push_back(std::move(frame));
  }

  bool empty() const { return frames_.empty(); }
  std::size_t bytes() const { return bytes_; }  // with what each frame costs

  // So many bytes more, headers included, have gone out.
  void advance(std::size_t sent) {
    sent_since_mark_ += sent;
    sent_of_front_ += sent;
    while (!frames_.empty() && sent_of_front_ >= frames_.front().size()) {
      sent_of_front_ -= frames_.front().size();
      bytes_ -= cost_of(frames_.front());
      frames_.pop_front();
    }
  }

  // How much has gone out since the last call.
  std::size_t take_sent() { return std::exchange(sent_since_mark_, 0); }

  // The first frames as one system call takes them. Valid until the backlog changes.
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
    static constexpr std::size_t most_frames = 16;

    boost::container::static_vector<OutgoingHeader, most_frames> headers_;
    boost::container::static_vector<boost::asio::const_buffer, 2 * most_frames> buffers_;
  };

 private:
  static std::size_t cost_of(const Outgoing& frame) { return frame.message->size() + cost_of_frame; }

  // Goes next, behind the pongs that wait already. Beyond `most_pongs` it takes the place of the newest: the
  // answer to the latest ping is enough (RFC 6455, section 5.5.3), and so pings cannot fill the queue.
  void push_pong(Outgoing pong) {
    bytes_ += cost_of(pong);
    const auto first = frames_.begin() + (sent_of_front_ > 0 ? 1 : 0);
    const auto end = std::find_if(first, frames_.end(),
                                  [](const Outgoing& frame) { return frame.opcode != Opcode::pong; });
    if (end - first < most_pongs) {
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
