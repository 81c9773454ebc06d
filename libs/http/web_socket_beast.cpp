// WebSocket by Boost.Beast.
#include <functional>
#include <optional>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "http/lane.hpp"
#include "http/web_socket_session.hpp"

namespace pollux::http {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

using Handshake = beast::http::request<beast::http::empty_body>;

// What of the request the handshake's answer depends on.
Handshake handshake_of(const Request& request) {
  Handshake handshake(beast::http::verb::get, "/", 11);
  for (const auto* name : {"Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"}) {
    const auto value = request.header(name);
    handshake.set(name, boost::string_view(value.data(), value.size()));
  }
  return handshake;
}

// Beast bounds the time of a closing handshake only where we began it, not where the client did or broke the
// protocol. So the socket tells when Beast says goodbye to it.
class Transport : public Socket {
 public:
  explicit Transport(Socket socket) : Socket(std::move(socket)) {}
  std::function<void()> on_teardown;
};

template <class Handler>
void async_teardown(beast::role_type role, Transport& transport, Handler&& handler) {
  transport.on_teardown();
  websocket::async_teardown(role, static_cast<Socket&>(transport), std::forward<Handler>(handler));
}

class BeastWebSocket final : public WebSocket,
                             public OpenConnection,
                             public std::enable_shared_from_this<BeastWebSocket> {
 public:
  BeastWebSocket(std::shared_ptr<Lane> lane, Socket socket, const WebSocketOptions& options,
                 std::shared_ptr<WebSocketListener> listener)
      : OpenConnection(std::move(lane)),
        context_(this->lane().context()),
        options_(options),
        listener_(std::move(listener)),
        stream_(Transport(std::move(socket))) {
    stream_->read_message_max(options.max_message_bytes);
    stream_->next_layer().on_teardown = [this] { set_deadline(options_.close_timeout); };
    stream_->auto_fragment(false);
    stream_->write_buffer_bytes(512);
    stream_->set_option(
        websocket::stream_base::timeout{options.close_timeout, websocket::stream_base::none(), false});
  }

  Awaitable<void> run(Handshake handshake);

  void send_text(SharedMessage message) override { send({std::move(message), true}); }
  void send_binary(SharedMessage message) override { send({std::move(message), false}); }
  std::size_t queued_bytes() const override { return queued_bytes_; }
  void close(CloseCode code) override;
  void drop() override;
  void post(std::function<void()> task) override {
    if (!context_.stopped()) asio::post(context_, std::move(task));
  }

  void deadline_passed() override { drop(); }
  void begin_drain() override {}  // its owner closes it
  void cut() override { drop(); }

 private:
  struct Outgoing {
    SharedMessage message;
    bool is_text;
  };

  template <class Task>
  bool elsewhere(Task task);

  Awaitable<void> read_messages();
  void send(Outgoing outgoing);
  void write_next();
  void written(const ErrorOfSystem& failed);
  void say_goodbye();
  void end();

  IoThreads::Context& context_;
  WebSocketOptions options_;
  std::shared_ptr<WebSocketListener> listener_;
  std::optional<websocket::stream<Transport, false>> stream_;
  beast::flat_buffer incoming_;
  std::vector<Outgoing> queue_;  // from `sent_` on still to be written; the first of them may be on its way
  std::size_t sent_ = 0;
  std::size_t queued_bytes_ = 0;
  std::optional<CloseCode> close_code_;
  bool open_ = false;
  bool writing_ = false;
};

// True on another thread, where `task` was sent to the io thread.
template <class Task>
bool BeastWebSocket::elsewhere(Task task) {
  if (context_.get_executor().running_in_this_thread()) return false;
  post([self = shared_from_this(), task = std::move(task)]() mutable { task(*self); });
  return true;
}

Awaitable<void> BeastWebSocket::run(Handshake handshake) {
  const std::shared_ptr<BeastWebSocket> self = shared_from_this();
  const std::unique_ptr<BeastWebSocket, void (*)(BeastWebSocket*)> at_end(
      this, [](BeastWebSocket* s) { s->end(); });
  ErrorOfSystem failed;
  co_await stream_->async_accept(handshake, into(failed));
  try {
    if (!failed) {
      open_ = true;
      listener_->on_open(self);
      co_await read_messages();
    }
  } catch (...) {
    drop();  // the listener threw: only its own socket suffers
  }
  open_ = false;
  listener_->on_close();
}

Awaitable<void> BeastWebSocket::read_messages() {
  for (;;) {
    ErrorOfSystem failed;
    co_await stream_->async_read(incoming_, into(failed));
    if (failed) co_return;
    const auto bytes = incoming_.cdata();
    const std::string_view message(static_cast<const char*>(bytes.data()), bytes.size());
    if (!close_code_) {
      if (stream_->got_text()) {
        listener_->on_text(message);
      } else {
        listener_->on_binary(message);
      }
    }
    incoming_.consume(incoming_.size());
    if (incoming_.capacity() > 4096) incoming_.shrink_to_fit();
  }
}

void BeastWebSocket::send(Outgoing outgoing) {
  if (elsewhere([outgoing](BeastWebSocket& self) { self.send(outgoing); })) return;
  if (!open_ || close_code_) return;
  if (queued_bytes_ > 0 && queued_bytes_ + outgoing.message->size() > options_.max_queued_bytes) {
    drop();
    return;
  }
  queued_bytes_ += outgoing.message->size();
  queue_.push_back(std::move(outgoing));
  if (!writing_) write_next();
}

void BeastWebSocket::write_next() {
  writing_ = true;
  stream_->text(queue_[sent_].is_text);
  stream_->async_write(
      asio::buffer(*queue_[sent_].message),
      [self = shared_from_this()](const ErrorOfSystem& failed, std::size_t) { self->written(failed); });
}

void BeastWebSocket::written(const ErrorOfSystem& failed) {
  writing_ = false;
  queued_bytes_ -= queue_[sent_].message->size();
  queue_[sent_++].message.reset();
  if (failed || !open_) {
    drop();
    return;
  }
  if (sent_ < queue_.size()) {
    // Never empty for long while busy, so the sent part is cut off now and then.
    if (sent_ > 64 && sent_ > queue_.size() / 2) {
      queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(std::exchange(sent_, 0)));
    }
    write_next();
    return;
  }
  queue_.clear();
  sent_ = 0;
  if (close_code_) {
    say_goodbye();
  } else {
    listener_->on_drained();
  }
}

void BeastWebSocket::close(CloseCode code) {
  if (elsewhere([code](BeastWebSocket& self) { self.close(code); })) return;
  if (!open_ || close_code_) return;
  close_code_ = code;
  set_deadline(options_.close_timeout);
  if (!writing_) say_goodbye();
}

// Sends the close frame; the pending read then ends with the client's, or the deadline ends it.
void BeastWebSocket::say_goodbye() {
  stream_->async_close(websocket::close_reason(static_cast<std::uint16_t>(*close_code_)),
                       [self = shared_from_this()](const ErrorOfSystem&) {});
}

void BeastWebSocket::drop() {
  if (elsewhere([](BeastWebSocket& self) { self.drop(); })) return;
  open_ = false;
  ErrorOfSystem failed;
  if (stream_) stream_->next_layer().close(failed);
}

void BeastWebSocket::end() {
  leave();
  listener_.reset();
  stream_.reset();
}

}  // namespace

void start_web_socket(std::shared_ptr<Lane> lane, Socket socket, const Request& request,
                      const WebSocketOptions& options, std::shared_ptr<WebSocketListener> listener) {
  auto& context = lane->context();
  const auto session =
      std::make_shared<BeastWebSocket>(std::move(lane), std::move(socket), options, std::move(listener));
  asio::co_spawn(
      context,
      [session, handshake = handshake_of(request)]() mutable { return session->run(std::move(handshake)); },
      asio::detached);
}

}  // namespace pollux::http
