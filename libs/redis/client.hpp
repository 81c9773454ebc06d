// What a thread that may wait needs of Redis: commands out, replies back in their order. SyncClient is the
// one with a socket.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "redis/protocol.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

using Command = std::vector<std::string>;  // the command's name, then its arguments; any bytes

// Connects on first use, and again on the first use after a failure; the caller decides how often to try.
// After an error of send() or receive() the connection is closed, and it is unknown which of the commands
// Redis has executed. One thread.
class Client {
 public:
  virtual ~Client() = default;

  // Sends the commands in one write. Nothing may be outstanding.
  virtual Result<void> send(const std::vector<Command>& commands) = 0;

  // The replies to all commands that were sent, in their order; error replies are among them. `extra_wait` is
  // added to the limit, for commands that block in Redis.
  virtual Result<std::vector<Reply>> receive(std::chrono::milliseconds extra_wait) = 0;
  Result<std::vector<Reply>> receive() { return receive(std::chrono::milliseconds(0)); }

  virtual bool connected() const = 0;  // any thread
  virtual void disconnect() = 0;       // at once; outstanding replies are lost
  virtual const Url& url() const = 0;

  // One command and its reply. An error reply is an error here.
  Result<Reply> run(const Command& command);

  // The same for several commands, which are sent in one write. They are independent: if one of them is
  // rejected, which is the error, the others are executed all the same.
  Result<std::vector<Reply>> run_all(const std::vector<Command>& commands);
};

// Commands that are sent together, each with a handler for its reply. Between send() and collect() the caller
// may do something else while Redis works. One thread; the client must outlive it and is not used otherwise
// meanwhile.
class Pipeline {
 public:
  using Handler = std::function<void(const Reply&)>;  // gets error replies, too

  explicit Pipeline(Client& client) : client_(client) {}

  void add(Command command, Handler handler);
  bool empty() const { return commands_.empty(); }

  // Sends what was added. After an error no handler is called, and it is unknown which of the commands Redis
  // has executed.
  Result<void> send();
  bool outstanding() const { return !handlers_.empty() && commands_.empty(); }

  // Waits for the replies and calls the handlers in order; after an error, none of them.
  Result<void> collect(std::chrono::milliseconds extra_wait = {});

 private:
  Client& client_;
  std::vector<Command> commands_;  // not sent yet
  std::vector<Handler> handlers_;
};

}  // namespace pollux::redis
