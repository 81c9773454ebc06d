// A connection's bytes as a sequence of requests, each received completely, within its limits, before it is
// handled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/read_buffer.hpp"
#include "http/request_head.hpp"
#include "http/request_id.hpp"
#include "http/response.hpp"
#include "http/timed_stream.hpp"

namespace pollux::http {

// All members are for the io thread. Views of the current request point into this object until
// finish_request().
class RequestStream : public TimedStream {
 public:
  using TimedStream::TimedStream;

  bool close_if_idle() override;
  bool close_if_begun_before(Clock::time_point time) override;

 protected:
  // rejected: error_ is the response, and it is unknown where the next request would begin. gone: the client
  // has disconnected, and nothing is to be sent.
  enum class Outcome { complete, rejected, gone };

  // The next request, within ServerLimits: idle_time until it begins, header_time and header_bytes, body_time
  // and body_bytes. Asks for the body (100 Continue) if the client waits for that.
  Awaitable<Outcome> read_request();
  void finish_request();  // discards it

  const RequestHead& head() const { return head_; }
  // True if the client has sent something after the current request.
  bool has_more() const { return buffer_.size() > request_size_; }
  // Between requests: true if the beginning of the next one is here.
  bool has_begun() const { return !buffer_.empty(); }
  // Waits until wake(), receiving as far as there is room. False if the client has disconnected or shut down
  // sending.
  Awaitable<bool> client_stays();

  Request request_;                               // the current one
  ErrorResponse error_;                           // after Outcome::rejected
  RequestIds::Space own_id_;                      // holds request_.id if the client sent none
  std::optional<Clock::time_point> received_at_;  // when the head of the request was complete

 private:
  static constexpr Clock::time_point not_begun = Clock::time_point::max();

  void begin_request();
  Awaitable<Outcome> read_head();
  std::optional<ErrorResponse> take_head();
  Awaitable<Outcome> read_body();
  Awaitable<Outcome> read_sized_body();
  Awaitable<Outcome> read_chunked_body();
  Outcome reject(ErrorResponse error);
  Outcome stopped_short(std::string_view message);

  ReadBuffer buffer_;
  RequestHead head_;
  std::size_t head_size_ = 0;
  std::size_t request_size_ = 0;  // of the buffer's first bytes, which belong to the current request
  std::string body_;              // if it is not contiguous in the buffer
  bool idle_ = false;
  Clock::time_point begun_at_ = not_begun;  // of the request that is being received
};

}  // namespace pollux::http
