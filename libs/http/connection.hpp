// One client's HTTP/1.1 connection: a loop of requests and answers on its io thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "http/error_response.hpp"
#include "http/io.hpp"
#include "http/open_connection.hpp"
#include "http/read_buffer.hpp"
#include "http/request_head.hpp"
#include "http/response.hpp"
#include "http/web_socket.hpp"

namespace pollux::http {

// The handler's wish to go on as a WebSocket.
struct Upgrade {
  WebSocketOptions options;
  std::shared_ptr<WebSocketListener> listener;
};
// The handler dropped its Reply, or threw, which is reported where it is caught.
struct Failure {
  bool reported = false;
};
using Answer = std::variant<Response, Upgrade, Failure>;

// Once its story has ended only the buffers are left, for as long as a Reply holds on to them.
class Connection final : public OpenConnection, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<IoWorker> worker, Socket socket);

  void start(bool admitted);  // where not admitted the client gets a 503

  // The answer to the request of that number, counted from 1; dropped where that one has been answered.
  void answer(std::uint64_t request_number, Answer answer);
  // See Reply, for the request of that number.
  void on_abandoned(std::uint64_t request_number, std::function<void()> callback);
  void wait_at_most(std::uint64_t request_number, std::chrono::milliseconds time);
  IoThreads::Context& context() const { return context_; }

  void deadline_passed() override;
  bool close_if_idle() override;
  void force_close() override;

 private:
  enum class Outcome { complete, rejected, gone };

  Awaitable<void> live(bool admitted);
  Awaitable<void> serve();
  void end();

  Awaitable<Outcome> read_request();
  Awaitable<Outcome> read_head();
  std::optional<ErrorResponse> take_head();
  Awaitable<Outcome> read_body();
  Awaitable<Outcome> read_sized_body();
  Awaitable<Outcome> read_chunked_body();
  Outcome reject(ErrorResponse error);
  Outcome stopped_short(std::string_view message);

  void dispatch();
  Awaitable<bool> wait_for_answer();
  Awaitable<void> until_woken();
  Awaitable<bool> client_stays();
  void wake();
  bool is_waiting_for(std::uint64_t request_number) const;
  void abandon();
  Awaitable<bool> send_answer();
  bool try_upgrade(Upgrade upgrade);

  Awaitable<bool> send(const Response& response, bool keep_alive);
  Awaitable<void> send_error(ErrorResponse error);
  Awaitable<bool> write(std::string_view head, std::string_view body);
  std::chrono::milliseconds time_to_send(std::size_t bytes);
  Awaitable<std::size_t> receive(std::span<char> space);
  Awaitable<void> linger();

  const ServerLimits& limits();
  void set_deadline(Clock::duration from_now);

  IoThreads::Context& context_;
  std::optional<Socket> socket_;
  std::optional<Timer> woken_;  // never rings: it wakes who waits for it when it is cancelled
  std::string remote_address_;
  ReadBuffer buffer_;
  RequestHead head_;
  Request request_;
  std::size_t head_size_ = 0;
  std::size_t request_size_ = 0;  // of the buffer's first bytes, that belong to the current request
  std::string body_;              // where it does not lie in the buffer in one piece
  std::string out_;
  ErrorResponse error_;
  std::uint64_t request_number_ = 0;
  std::uint64_t abandoned_request_ = 0;  // 0: none
  std::optional<Answer> answer_;
  bool answered_ = true;
  std::function<void()> on_abandoned_;
  std::chrono::milliseconds answer_time_{};
  bool waiting_for_answer_ = false;
  bool idle_ = false;
  bool timed_out_ = false;
};

}  // namespace pollux::http
