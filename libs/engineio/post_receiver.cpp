#include "engineio/post_receiver.hpp"

#include "base/bounded_text.hpp"

namespace pollux::engineio {
namespace {

// Well-behaved clients send few packets at a time. These are received at once; more are queued as a task.
constexpr std::size_t packets_at_once = 16;

// False if nothing is left.
bool receive_next(PayloadReader& payload, const PostReceiver::Receive& receive,
                  PostReceiver::Clock::time_point now) {
  if (payload.at_end()) return false;
  auto packet = payload.next();
  if (packet && !packet->is_binary && !is_utf8(packet->text)) packet.reset();
  return receive(packet, now) && packet;
}

}  // namespace

bool PostReceiver::can_receive(const http::Request& request) const {
  return !is_receiving_ && !request.header("Content-Type").starts_with("application/octet-stream");
}

void PostReceiver::receive(std::string_view body, const Receive& receive, const std::function<void()>& done) {
  if (has_more_packets_than(max_packets_, body)) {
    receive(std::nullopt, Clock::now());
    return done();
  }
  PayloadReader payload(body);
  for (std::size_t count = 0; count < packets_at_once; ++count) {
    if (!receive_next(payload, receive, Clock::now())) return done();
  }
  is_receiving_ = true;
  tasks_.push([this, receive, done, payload](Clock::time_point end) mutable {
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
      if (receive_next(payload, receive, now)) continue;
      is_receiving_ = false;
      done();
      return false;
    }
    return true;
  });
}

}  // namespace pollux::engineio
