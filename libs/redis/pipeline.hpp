// Commands that go to Redis in one go, each with what is to be done with its reply. Between send() and
// collect() the caller may do something else while Redis works.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "base/result.hpp"
#include "redis/sync_client.hpp"

namespace pollux::redis {

// One thread. The client must outlive it, and nobody else uses the client meanwhile.
class Pipeline {
 public:
  using Handler = std::function<void(const Reply&)>;  // also told of refusals: an error Reply

  explicit Pipeline(SyncClient& client) : client_(client) {}

  void add(Command command, Handler handler);
  bool empty() const { return commands_.empty(); }

  // Sends what was added. After an error no handler is called for any of it, and it is unknown what Redis has
  // done.
  Result<void> send();
  bool outstanding() const { return !handlers_.empty() && commands_.empty(); }

  // Waits for the replies and calls the handlers in order; after an error, none of them.
  Result<void> collect(std::chrono::milliseconds longer = {});

 private:
  SyncClient& client_;
  std::vector<Command> commands_;  // not sent yet
  std::vector<Handler> handlers_;
};

}  // namespace pollux::redis
