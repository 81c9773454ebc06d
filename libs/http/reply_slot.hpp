// The way of one answer from wherever the handler finds it to the connection's io thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "http/connection.hpp"
#include "http/reply.hpp"

namespace pollux::http {

class ReplySlot final : public ReplySink {
 public:
  ReplySlot(std::shared_ptr<Connection> connection, std::uint64_t request_number)
      : connection_(std::move(connection)), request_number_(request_number) {}
  ~ReplySlot() override;  // the last copy of the Reply has gone

  void send(Response response) override;
  void upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) override;
  void on_abandoned(std::function<void()> callback) override;
  void wait_at_most(std::chrono::milliseconds time) override;

 private:
  void deliver(Answer answer);

  std::shared_ptr<Connection> connection_;
  std::uint64_t request_number_;
  std::atomic<bool> answered_{false};
};

}  // namespace pollux::http
