// A blocking connection for a thread that may wait: a worker's, or the main thread at start-up. No call waits
// longer than its limit, regardless of what the server, the network or the name service does.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "redis/protocol.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

class TlsContextLoader;

using Command = std::vector<std::string>;  // the command's name, then its arguments; any bytes

// Connects and logs in on first use, and again on the first use after a failure; the caller decides how often
// to try. After an error of send() or receive() the connection is closed, and it is unknown which of the
// commands Redis has executed. One thread.
class SyncClient {
 public:
  struct Options {
    std::chrono::milliseconds connect_limit{2000};  // to resolve, connect and log in
    std::chrono::milliseconds command_limit{2000};  // to send commands, and to receive all their replies
  };

  SyncClient(Url url, Options options);
  ~SyncClient();
  SyncClient(const SyncClient&) = delete;
  SyncClient& operator=(const SyncClient&) = delete;

  // One command and its reply. An error reply is an error here.
  Result<Reply> run(const Command& command);

  // The same for several commands, which are sent in one write. They are independent: if one of them is
  // rejected, which is the error, the others are executed all the same.
  Result<std::vector<Reply>> run_all(const std::vector<Command>& commands);

  // Sends the commands in one write. Nothing may be outstanding.
  Result<void> send(const std::vector<Command>& commands);

  // The replies to all commands that were sent, in their order; error replies are among them. `extra_wait` is
  // added to the limit, for commands that block in Redis.
  Result<std::vector<Reply>> receive(std::chrono::milliseconds extra_wait = {});

  bool connected() const { return connection_ != nullptr; }
  std::size_t outstanding() const { return outstanding_; }  // commands whose replies were not received
  const Url& url() const { return url_; }

  void disconnect();  // at once; outstanding replies are lost

 private:
  class Connection;

  Result<void> connect();

  const Url url_;
  const Options options_;
  std::unique_ptr<TlsContextLoader> tls_files_;
  std::unique_ptr<Connection> connection_;
  std::size_t outstanding_ = 0;
};

// Commands that are sent together, each with a handler for its reply. Between send() and collect() the caller
// may do something else while Redis works. One thread; the client must outlive it and is not used otherwise
// meanwhile.
class Pipeline {
 public:
  using Handler = std::function<void(const Reply&)>;  // gets error replies, too

  explicit Pipeline(SyncClient& client) : client_(client) {}

  void add(Command command, Handler handler);
  bool empty() const { return commands_.empty(); }

  // Sends what was added. After an error no handler is called, and it is unknown which of the commands Redis
  // has executed.
  Result<void> send();
  bool outstanding() const { return !handlers_.empty() && commands_.empty(); }

  // Waits for the replies and calls the handlers in order; after an error, none of them.
  Result<void> collect(std::chrono::milliseconds extra_wait = {});

 private:
  SyncClient& client_;
  std::vector<Command> commands_;  // not sent yet
  std::vector<Handler> handlers_;
};

}  // namespace pollux::redis
