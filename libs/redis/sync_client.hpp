// A connection for a thread that may wait: the worker's, or the main thread's at start-up. No call waits
// longer than its limit, whatever the server, the network or the name service does.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "redis/reply.hpp"
#include "redis/tls_context_loader.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

using Command = std::vector<std::string>;  // the words, any bytes, the command's name first

// Connects and logs in at its first use, and again at the next one after a failure: the pace is the
// caller's. After an error of send() or receive() the connection is closed, and it is unknown which of the
// commands Redis has done. One thread.
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

  // One command and its reply. Redis's own refusal is an error here.
  Result<Reply> run(const Command& command);

  // Sends the commands in one go, and nothing may be outstanding.
  Result<void> send(const std::vector<Command>& commands);

  // The replies to all commands that were sent, in their order; a refusal of a single one is an error Reply
  // among them. `longer` is added to the limit, for commands that block on purpose.
  Result<std::vector<Reply>> receive(std::chrono::milliseconds longer = {});

  bool connected() const { return connection_ != nullptr; }
  std::size_t outstanding() const { return outstanding_; }  // commands whose replies were not received
  const Url& url() const { return url_; }

  void disconnect();  // at once; replies that are outstanding are lost

 private:
  class Connection;

  Result<void> connect();

  const Url url_;
  const Options options_;
  TlsContextLoader tls_files_;
  std::unique_ptr<Connection> connection_;
  std::size_t outstanding_ = 0;
};

}  // namespace pollux::redis
