// An idle WebSocket is cheap: no coroutine, no buffers, one pending wait. Reading uses the worker's scratch
// buffer. Messages are written to the kernel at once; they are queued only for a client that does not read,
// or while more messages that arrived together are being handled.
#include "http/web_socket_session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/post.hpp>

#include "http/web_socket_backlog.hpp"
#include "http/web_socket_protocol.hpp"
#include "http/web_socket_reader.hpp"

namespace pollux::http {
namespace {

// A well-behaved client sends few messages at a time. After so many, other connections get their turn.
constexpr int messages_at_once = 16;
// Gathered frames are written beyond this size.
constexpr std::size_t gathered_bytes = 16 * 1024;

SharedMessage close_payload(std::uint16_t code) {
  const std::array bytes{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return std::make_shared<const std::string>(bytes.begin(), bytes.end());
}

class WebSocketSession final : public WebSocket,
                               public OpenConnection,
                               public std::enable_shared_from_this<WebSocketSession> {
 public:
  WebSocketSession(std::shared_ptr<IoWorker> worker, Socket socket, const WebSocketOptions& options,
                   std::shared_ptr<WebSocketListener> listener)
      : OpenConnection(std::move(worker)),
        socket_(std::move(socket)),
        options_(options),
        listener_(std::move(listener)),
        reader_(options.max_message_bytes) {}

  void start(std::string_view handshake_answer);

  void send_text(SharedMessage message) override { send({Opcode::text, std::move(message)}); }
  void send_binary(SharedMessage message) override { send({Opcode::binary, std::move(message)}); }
  std::size_t queued_bytes() const override { return is_blocked_ ? backlog_->bytes() : 0; }
  void close(CloseCode code) override;
  void drop() override;
  void post(std::function<void()> task) override {
    if (!context().stopped()) asio::post(context(), std::move(task));
  }

  void deadline_passed() override;
  bool close_if_idle() override { return false; }  // its owner closes it
  bool close_if_begun_before(Clock::time_point) override { return false; }
  void force_close() override { drop(); }

 private:
  // closing: we sent a close frame and wait for the client's. parted: the listener got on_close(), and only
  // our close frame is still to be sent.
  enum class State { open, closing, parted };

  IoThreads::Context& context() { return socket_.get_executor().context(); }
  const ServerLimits& limits() { return worker().server().options.limits; }
  template <class Task>
  bool elsewhere(Task task);
  template <class Call>
  void call(Call listener);

  void wait_for_bytes();
  void read();
  bool take(std::span<char>& bytes);
  void take_later(std::string bytes, std::size_t taken = 0);
  void take(const Incoming& arrived);
  void take_close(const Incoming& arrived);

  void send(Outgoing frame);
  void write(Outgoing frame);
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers);
  void write_backlog();
  void stop_gathering();
  void wait_until_writable();
  void now_writable();
  void watch_progress();
  void drop_slow();

  void part(SharedMessage close_frame, bool lingers);
  void close_frame_sent();
  void notify_closed();
  void end();

  Socket socket_;
  WebSocketOptions options_;
  std::shared_ptr<WebSocketListener> listener_;  // until on_close()
  WebSocketReader reader_;
  std::unique_ptr<WebSocketBacklog> backlog_;  // never empty
  State state_ = State::open;
  bool is_blocked_ = false;  // the kernel has no room for the backlog
  bool gathers_ = false;     // more messages arrived together; their answers go out together
  // With State::parted: keep receiving, so that the client can read our close frame.
  bool lingers_ = false;
};

// Posts `task` to the io thread and returns true if called on another thread.
template <class Task>
bool WebSocketSession::elsewhere(Task task) {
  if (context().get_executor().running_in_this_thread()) return false;
  post([self = shared_from_this(), task = std::move(task)]() mutable { task(*self); });
  return true;
}

// A listener that throws loses its own socket only.
template <class Call>
void WebSocketSession::call(Call listener) {
  try {
    listener();
  } catch (...) {
    worker().report_failure({.method = "WebSocket", .exception = std::current_exception()});
    drop();
  }
}

void WebSocketSession::start(std::string_view handshake_answer) {
  error_code failed;
  const auto written = socket_.write_some(asio::buffer(handshake_answer), failed);
  // A client with so little room has not read the responses to its earlier requests.
  if (written < handshake_answer.size()) return end();
  call([this] { listener_->on_open(shared_from_this()); });
  wait_for_bytes();
}

void WebSocketSession::wait_for_bytes() {
  if (!socket_.is_open()) return end();
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code&) { self->read(); });
}

// Reads at most what the scratch buffer holds; then other connections get their turn.
void WebSocketSession::read() {
  if (!socket_.is_open()) return end();
  error_code failed;
  const auto space = worker().scratch();
  const auto received = socket_.read_some(asio::buffer(space.data(), space.size()), failed);
  if (failed && failed != asio::error::would_block) return end();
  auto bytes = space.first(received);
  if (!take(bytes)) return take_later(std::string(bytes.begin(), bytes.end()));
  wait_for_bytes();
}

// True if all bytes were taken or are no longer needed.
bool WebSocketSession::take(std::span<char>& bytes) {
  bool is_all = true;
  for (int count = 0; state_ != State::parted && socket_.is_open(); ++count) {
    is_all = count < messages_at_once || bytes.empty();
    if (!is_all) break;
    const auto arrived = reader_.next(bytes);
    if (!arrived) break;
    gathers_ = !bytes.empty();
    take(*arrived);
  }
  stop_gathering();
  return is_all;
}

// Nothing more is read from the client meanwhile.
void WebSocketSession::take_later(std::string bytes, std::size_t taken) {
  post([self = shared_from_this(), bytes = std::move(bytes), taken]() mutable {
    auto rest = std::span<char>(bytes).subspan(taken);
    if (self->take(rest)) return self->wait_for_bytes();
    taken = bytes.size() - rest.size();
    self->take_later(std::move(bytes), taken);
  });
}

void WebSocketSession::take(const Incoming& arrived) {
  using Kind = Incoming::Kind;
  if (arrived.kind == Kind::close) return take_close(arrived);
  if (arrived.kind == Kind::violation) return part(close_payload(arrived.code), true);
  if (state_ != State::open) return;
  switch (arrived.kind) {
    case Kind::text:
      return call([&] { listener_->on_text(arrived.payload); });
    case Kind::binary:
      return call([&] { listener_->on_binary(arrived.payload); });
    case Kind::ping:
      return write({Opcode::pong, std::make_shared<const std::string>(arrived.payload)});
    default:
      return;
  }
}

void WebSocketSession::take_close(const Incoming& arrived) {
  if (state_ == State::closing) return drop();  // both sides have sent a close frame
  const bool without_code = arrived.code == 1005;
  part(without_code ? std::make_shared<const std::string>() : close_payload(arrived.code), false);
}

void WebSocketSession::send(Outgoing frame) {
  if (elsewhere([frame](WebSocketSession& self) { self.send(frame); })) return;
  if (state_ != State::open || !socket_.is_open()) return;
  if (is_blocked_ && backlog_->bytes() + frame.message->size() > options_.max_queued_bytes) return drop();
  write(std::move(frame));
}

void WebSocketSession::write(Outgoing frame) {
  std::size_t sent = 0;
  if (!backlog_ && !gathers_) {
    const auto header = frame.header();
    sent = write_some(std::array{asio::buffer(header.bytes()), asio::buffer(*frame.message)});
    if (sent == frame.size() || !socket_.is_open()) return;
  }
  if (!backlog_) backlog_ = std::make_unique<WebSocketBacklog>();
  backlog_->push(std::move(frame));
  backlog_->advance(sent);
  if (!is_blocked_ && (!gathers_ || backlog_->bytes() >= gathered_bytes)) write_backlog();
}

// Writes as much as the kernel accepts. A failure closes the socket.
template <class Buffers>
std::size_t WebSocketSession::write_some(const Buffers& buffers) {
  error_code failed;
  const auto written = socket_.write_some(buffers, failed);
  if (failed && failed != asio::error::would_block) socket_.close(failed);
  return written;
}

void WebSocketSession::write_backlog() {
  while (socket_.is_open() && !backlog_->empty()) {
    const auto written = write_some(WebSocketBacklog::Next(*backlog_).buffers());
    backlog_->advance(written);
    if (written == 0 && socket_.is_open()) return wait_until_writable();
  }
  if (socket_.is_open()) backlog_.reset();
}

void WebSocketSession::stop_gathering() {
  gathers_ = false;
  if (backlog_ && !is_blocked_) write_backlog();
}

void WebSocketSession::wait_until_writable() {
  is_blocked_ = true;
  if (state_ == State::open && !has_deadline()) watch_progress();
  socket_.async_wait(Socket::wait_write,
                     [self = shared_from_this()](const error_code&) { self->now_writable(); });
}

// From now on the client must read a minimum of what is queued.
void WebSocketSession::watch_progress() {
  backlog_->take_sent();
  set_deadline(limits().write_time);
}

// The time for the closing handshake is over; or, on an open socket, the time in which a slow client must
// read write_bytes_per_second. A client that is slow but fast enough stays until its queue is full.
void WebSocketSession::deadline_passed() {
  if (state_ != State::open || !backlog_) return drop();
  const auto milliseconds = static_cast<std::size_t>(limits().write_time.count());
  if (backlog_->take_sent() * 1000 < limits().write_bytes_per_second * milliseconds) return drop_slow();
  watch_progress();
}

void WebSocketSession::drop_slow() {
  call([this] { listener_->on_too_slow(); });
  drop();
}

void WebSocketSession::now_writable() {
  is_blocked_ = false;
  write_backlog();
  if (backlog_) return;
  if (state_ == State::open) clear_deadline();
  if (state_ == State::parted) return close_frame_sent();
  if (state_ == State::open) call([this] { listener_->on_drained(); });
}

void WebSocketSession::close(CloseCode code) {
  if (elsewhere([code](WebSocketSession& self) { self.close(code); })) return;
  if (state_ != State::open || !socket_.is_open()) return;
  state_ = State::closing;
  set_deadline(options_.close_timeout);
  write({Opcode::close, close_payload(static_cast<std::uint16_t>(code))});
}

// The client closed the connection or violated the protocol: only our close frame is left to send.
void WebSocketSession::part(SharedMessage close_frame, bool lingers) {
  const bool has_sent_close = state_ == State::closing;
  stop_gathering();
  state_ = State::parted;
  lingers_ = lingers;
  set_deadline(options_.close_timeout);
  if (!has_sent_close) write({Opcode::close, std::move(close_frame)});
  notify_closed();
  if (!backlog_) close_frame_sent();
}

// Closing while the client still sends would reset the connection, and it might not get our close frame.
void WebSocketSession::close_frame_sent() {
  if (!lingers_) return drop();
  error_code failed;
  socket_.shutdown(Socket::shutdown_send, failed);
}

// The pending wait finds the socket closed and calls end().
void WebSocketSession::drop() {
  if (elsewhere([](WebSocketSession& self) { self.drop(); })) return;
  stop_gathering();
  error_code failed;
  socket_.close(failed);
}

void WebSocketSession::notify_closed() {
  state_ = State::parted;
  if (const auto listener = std::exchange(listener_, nullptr)) listener->on_close();
}

void WebSocketSession::end() {
  drop();
  notify_closed();
  leave();
}

}  // namespace

void start_web_socket(std::shared_ptr<IoWorker> worker, Socket socket, const Request& request,
                      const WebSocketOptions& options, std::shared_ptr<WebSocketListener> listener) {
  std::make_shared<WebSocketSession>(std::move(worker), std::move(socket), options, std::move(listener))
      ->start(web_socket_handshake_answer(request.header("Sec-WebSocket-Key"), request.id));
}

}  // namespace pollux::http
