// Bodies that are made while they are sent, piece by piece: because they are too large for the memory, or
// because they have no end.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace pollux::http {

struct Piece {
  std::string bytes;  // may be empty
  bool last = false;
};

// The right to send the next piece. Copies share it, and may be used on any thread; the first piece is sent.
// If the last copy is destroyed without a piece, the stream has failed: the connection is closed, and an
// HTTP/1.1 client sees that the body is incomplete.
class NextPiece {
 public:
  // Called once, on any thread; without a piece if the stream has failed.
  using Receive = std::function<void(std::optional<Piece>)>;

  explicit NextPiece(Receive receive) : shared_(std::make_shared<Shared>(std::move(receive))) {}

  void operator()(Piece piece) const {
    if (!shared_->is_used.exchange(true)) shared_->receive(std::move(piece));
  }

 private:
  struct Shared {
    explicit Shared(Receive to_call) : receive(std::move(to_call)) {}
    ~Shared() {
      if (!is_used) receive(std::nullopt);
    }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

    Receive receive;
    std::atomic<bool> is_used{false};
  };

  std::shared_ptr<Shared> shared_;
};

// Makes one body (Response::stream). Destroyed on the connection's io thread, after the last piece, or as
// soon as the client has disconnected or the stream has failed. A response to HEAD does not ask for pieces.
class BodyStream {
 public:
  virtual ~BodyStream() = default;

  // Asks for the next bytes. The client has taken the earlier ones, but for what the kernel buffers, so a
  // slow client slows the stream down and costs the memory of one piece. Called on the connection's io
  // thread; must neither block nor throw. Without a piece within ServerLimits::handler_time the stream has
  // failed. While it waits, a client that shuts down sending counts as disconnected.
  virtual void next(NextPiece piece) = 0;
};

}  // namespace pollux::http
