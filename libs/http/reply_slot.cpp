#include "http/reply_slot.hpp"

#include <boost/asio/post.hpp>

namespace pollux::http {
namespace {

// Runs `task` on the io thread: at once where this is it.
template <class Task>
void run_there(IoThreads::Context& context, Task task) {
  if (context.get_executor().running_in_this_thread()) {
    task();
  } else if (!context.stopped()) {
    asio::post(context, std::move(task));
  }
}

}  // namespace

ReplySlot::~ReplySlot() {
  if (!answered_) deliver(Failure{});
}

void ReplySlot::send(Response response) {
  if (!answered_.exchange(true)) deliver(std::move(response));
}

void ReplySlot::upgrade(WebSocketOptions options, std::shared_ptr<WebSocketListener> listener) {
  if (answered_.exchange(true)) {
    run_there(connection_->context(), [listener = std::move(listener)] { listener->on_close(); });
  } else {
    deliver(Upgrade{options, std::move(listener)});
  }
}

void ReplySlot::on_abandoned(std::function<void()> callback) {
  run_there(connection_->context(),
            [connection = connection_, number = request_number_, callback = std::move(callback)]() mutable {
              connection->on_abandoned(number, std::move(callback));
            });
}

void ReplySlot::wait_at_most(std::chrono::milliseconds time) {
  run_there(connection_->context(), [connection = connection_, number = request_number_, time] {
    connection->wait_at_most(number, time);
  });
}

void ReplySlot::deliver(Answer answer) {
  auto& context = connection_->context();
  run_there(context,
            [connection = connection_, number = request_number_, answer = std::move(answer)]() mutable {
              connection->answer(number, std::move(answer));
            });
}

}  // namespace pollux::http
