#include "redis/pipeline.hpp"

#include <utility>

namespace pollux::redis {

void Pipeline::add(Command command, Handler handler) {
  commands_.push_back(std::move(command));
  handlers_.push_back(std::move(handler));
}

Result<void> Pipeline::send() {
  auto sent = client_.send(std::exchange(commands_, {}));
  if (!sent) handlers_.clear();
  return sent;
}

Result<void> Pipeline::collect(std::chrono::milliseconds longer) {
  // Taken out first: a handler may add to the next round.
  const auto handlers = std::exchange(handlers_, {});
  const auto replies = client_.receive(longer);
  if (!replies) return replies.error();
  for (std::size_t n = 0; n < handlers.size(); ++n) handlers[n]((*replies)[n]);
  return {};
}

}  // namespace pollux::redis
