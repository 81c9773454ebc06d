#include "http/reply.hpp"

#include <atomic>
#include <optional>

#include <boost/asio/post.hpp>

#include "http/connection.hpp"

namespace pollux::http {
namespace {

// Runs `task` on the io thread; immediately if called there.
template <class Task>
void run_on(IoThreads::Context& context, Task task) {
  if (context.get_executor().running_in_this_thread()) {
    task();
  } else if (!context.stopped()) {
    asio::post(context, std::move(task));
  }
}

class ConnectionSink final : public ReplySink {
 public:
  ConnectionSink(std::shared_ptr<Connection> connection, std::uint64_t request_number)
      : connection_(std::move(connection)), request_number_(request_number) {}
  ~ConnectionSink() override;

  void send(Response response) override;
  void build(ResponseBuilder builder) override;
  void upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) override;
  void on_abandoned(std::function<void()> callback) override;
  void wait_at_most(std::chrono::milliseconds time) override;
  void matched(std::string_view route) override;

 private:
  void deliver(Answer answer);

  std::shared_ptr<Connection> connection_;
  std::uint64_t request_number_;
  std::atomic<bool> answered_{false};
};

// The last copy of the Reply is gone.
ConnectionSink::~ConnectionSink() {
  if (!answered_) deliver(Failure{});
}

void ConnectionSink::send(Response response) {
  if (!answered_.exchange(true)) deliver(std::move(response));
}

void ConnectionSink::build(ResponseBuilder builder) {
  if (!answered_.exchange(true)) deliver(std::move(builder));
}

void ConnectionSink::upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) {
  if (answered_.exchange(true)) {
    run_on(connection_->context(), [listener = std::move(listener)] { listener->on_close(); });
  } else {
    deliver(Upgrade{options, std::move(listener)});
  }
}

void ConnectionSink::on_abandoned(std::function<void()> callback) {
  run_on(connection_->context(),
         [connection = connection_, number = request_number_, callback = std::move(callback)]() mutable {
           connection->on_abandoned(number, std::move(callback));
         });
}

void ConnectionSink::wait_at_most(std::chrono::milliseconds time) {
  run_on(connection_->context(), [connection = connection_, number = request_number_, time] {
    connection->wait_at_most(number, time);
  });
}

void ConnectionSink::matched(std::string_view route) {
  connection_->matched(request_number_, route);
}

void ConnectionSink::deliver(Answer answer) {
  auto& context = connection_->context();
  run_on(context, [connection = connection_, number = request_number_, answer = std::move(answer)]() mutable {
    connection->answer(number, std::move(answer));
  });
}

}  // namespace

Reply make_reply(std::shared_ptr<Connection> connection, std::uint64_t request_number) {
  return Reply(std::make_shared<ConnectionSink>(std::move(connection), request_number));
}

NextPiece make_next_piece(std::shared_ptr<Connection> connection, std::uint64_t piece_number) {
  return NextPiece([connection = std::move(connection), piece_number](std::optional<Piece> piece) {
    run_on(connection->context(), [connection, piece_number, piece = std::move(piece)]() mutable {
      connection->take_piece(piece_number, std::move(piece));
    });
  });
}

}  // namespace pollux::http
