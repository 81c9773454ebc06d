// One client's HTTP/1.1 connection: a loop of requests and responses on its io thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "http/body_stream.hpp"
#include "http/request_stream.hpp"
#include "http/response.hpp"
#include "http/web_socket.hpp"

namespace pollux::http {

// The handler's request to continue as a WebSocket.
struct Upgrade {
  WebSocketOptions options;
  std::shared_ptr<WebSocketListener> listener;
};
// The handler dropped its Reply, or threw; the latter is reported when it is caught.
struct Failure {
  bool reported = false;
};
using Answer = std::variant<Response, ResponseBuilder, Upgrade, Failure>;

// On its io thread only. At its end, socket and timer are released; the object lives on as long as a Reply
// refers to it, because the views of the request point into its buffers.
class Connection final : public RequestStream, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<IoWorker> worker, Socket accepted);

  void start(bool admitted);  // if not admitted, the client gets a 503

  // For Reply. Requests are numbered from 1; calls for a request that has been answered do nothing.
  void answer(std::uint64_t request_number, Answer answer);
  void on_abandoned(std::uint64_t request_number, std::function<void()> callback);
  void wait_at_most(std::uint64_t request_number, std::chrono::milliseconds time);
  void matched(std::uint64_t request_number, std::string_view route);

  // For NextPiece. Pieces are numbered, too; a late one is dropped.
  void take_piece(std::uint64_t piece_number, std::optional<Piece> piece);

 private:
  Awaitable<void> live(bool admitted);
  Awaitable<void> serve();
  void end();

  void dispatch();
  Awaitable<bool> wait_for_answer();
  bool is_waiting_for(std::uint64_t request_number) const;
  void abandon();
  Awaitable<bool> send_answer();
  Awaitable<bool> send_stream(Response response, bool keep_alive);
  Awaitable<bool> send_pieces(BodyStream& stream, bool chunked);
  Awaitable<std::optional<Piece>> next_piece(BodyStream& stream);
  Answer build(const ResponseBuilder& builder);
  bool try_upgrade(Upgrade upgrade);

  Awaitable<bool> send(const Response& response, bool keep_alive);
  Awaitable<void> send_error(ErrorResponse error);
  void count(unsigned status);
  void report_failure(std::string_view what, const std::exception_ptr& thrown);

  std::string remote_address_;
  std::string out_;
  std::string_view route_ = no_route;
  std::uint64_t request_number_ = 0;
  std::uint64_t abandoned_request_ = 0;  // 0: none
  std::optional<Answer> answer_;
  bool answered_ = true;
  std::function<void()> on_abandoned_;
  std::chrono::milliseconds answer_time_{};
  bool waiting_for_answer_ = false;  // or for a piece
  std::uint64_t piece_number_ = 0;
  bool has_piece_ = true;       // that of piece_number_ has come
  std::optional<Piece> piece_;  // none: the stream has failed
};

}  // namespace pollux::http
