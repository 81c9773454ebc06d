// A blocking connection for a thread that may wait: a worker's, or the main thread at start-up. No call waits
// longer than its limit, regardless of what the server, the network or the name service does.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/result.hpp"
#include "redis/client.hpp"
#include "redis/protocol.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

class TlsContextLoader;

// Logs in after connecting. One thread.
class SyncClient : public Client {
 public:
  struct Options {
    std::chrono::milliseconds connect_limit{2000};  // to resolve, connect and log in
    std::chrono::milliseconds command_limit{2000};  // to send commands, and to receive all their replies
  };

  SyncClient(Url url, Options options);
  ~SyncClient() override;
  SyncClient(const SyncClient&) = delete;
  SyncClient& operator=(const SyncClient&) = delete;

  Result<void> send(const std::vector<Command>& commands) override;
  using Client::receive;
  Result<std::vector<Reply>> receive(std::chrono::milliseconds extra_wait) override;

  bool connected() const override { return connected_; }
  std::size_t outstanding() const { return outstanding_; }  // commands whose replies were not received
  const Url& url() const override { return url_; }
  void disconnect() override;

 private:
  class Connection;

  Result<void> connect();

  const Url url_;
  const Options options_;
  std::unique_ptr<TlsContextLoader> tls_files_;
  std::unique_ptr<Connection> connection_;
  std::atomic<bool> connected_ = false;  // whether there is one, for other threads
  std::size_t outstanding_ = 0;
};

}  // namespace pollux::redis
