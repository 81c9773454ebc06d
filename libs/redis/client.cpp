#include "redis/client.hpp"

#include <utility>

#include "redis/error.hpp"

namespace pollux::redis {

Result<Reply> Client::run(const Command& command) {
  auto replies = run_all({command});
  if (!replies) return replies.error();
  return std::move(replies->front());
}

Result<std::vector<Reply>> Client::run_all(const std::vector<Command>& commands) {
  if (commands.empty()) return std::vector<Reply>();
  if (auto sent = send(commands); !sent) return sent.error();
  auto replies = receive();
  if (!replies) return replies;
  for (const Reply& reply : *replies) {
    if (!reply.is_error()) continue;
    if (ends_connection(reply.text)) disconnect();
    return error_of_reply(url(), reply.text);
  }
  return replies;
}

void Pipeline::add(Command command, Handler handler) {
  commands_.push_back(std::move(command));
  handlers_.push_back(std::move(handler));
}

Result<void> Pipeline::send() {
  auto sent = client_.send(std::exchange(commands_, {}));
  if (!sent) handlers_.clear();
  return sent;
}

Result<void> Pipeline::collect(std::chrono::milliseconds extra_wait) {
  // Taken out first, because a handler may add commands to the next round.
  const auto handlers = std::exchange(handlers_, {});
  const auto replies = client_.receive(extra_wait);
  if (!replies) return replies.error();
  for (std::size_t n = 0; n < handlers.size(); ++n) handlers[n]((*replies)[n]);
  return {};
}

}  // namespace pollux::redis
