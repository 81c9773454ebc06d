// One connection: its sockets in the namespaces, and what has arrived of a packet with attachments.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engineio/connection.hpp"
#include "socketio/namespaces.hpp"
#include "socketio/options.hpp"
#include "socketio/packet.hpp"
#include "socketio/recovery.hpp"
#include "socketio/statistics.hpp"
#include "socketio/thread_sockets.hpp"

namespace pollux::socketio {

// What all clients of a server have in common.
struct ServerContext {
  explicit ServerContext(Options given)
      : options(std::move(given)),
        recovery(options.recovery.time.count() > 0 ? std::make_unique<Recovery>(options.recovery) : nullptr) {
  }

  const Options options;
  const std::unique_ptr<Recovery> recovery;  // null: off
  Namespaces namespaces;
  Statistics statistics;
  std::vector<std::unique_ptr<ThreadSockets>> threads;  // by index of the io thread
  // Of events that want an answer: one row of numbers for all, so that a late answer can be for no other
  // event.
  std::atomic<std::uint64_t> next_id{0};
};

class Client : public engineio::Listener, public std::enable_shared_from_this<Client> {
 public:
  explicit Client(std::shared_ptr<ServerContext> server) : server_(std::move(server)) {}
  ~Client() override;

  void on_open(engineio::Connection& connection) override;
  void on_text(std::string_view message) override;
  void on_binary(std::string_view message) override;
  void on_drained() override;
  void on_wake() override;
  void on_close(engineio::CloseReason reason) override;

  // For the client's sockets.
  void send(const std::string& packet, const std::vector<http::SharedMessage>& attachments = {});
  void send(const http::SharedMessage& message);  // encoded for Engine.IO
  void send(const http::SharedMessage& message, const std::vector<http::SharedMessage>& attachments);
  Recovery* recovery() { return server_->recovery.get(); }
  std::uint64_t take_id() { return server_->next_id++; }
  void count_unanswered() { ++server_->statistics.unanswered; }
  void give_up(const std::vector<Socket::Answered>& unanswered, const char* why);
  // Calls a handler of the application.
  void call(const std::function<void()>& handler);
  bool has_unsent() const { return connection_ != nullptr && connection_->queued_bytes() > 0; }
  void disconnect(Socket& socket);  // tells the client
  const Options& options() const { return server_->options; }
  void count_coalesced() { ++server_->statistics.coalesced; }

 private:
  // A packet whose attachments are still arriving. Its text is kept rather than what it was decoded to, which
  // may take many times the memory.
  struct Unfinished {
    std::string text;
    std::size_t expected;
    std::size_t bytes;
    std::vector<http::SharedMessage> attachments;
  };

  void take(Packet packet, std::vector<http::SharedMessage> attachments);
  void connect(const Packet& packet);
  std::optional<Recovery::Recovered> restore(const std::string& namespace_name, const Namespace::Auth& auth);
  void open_socket(const Namespace& behaviour, const std::string& name, const Namespace::Auth& auth,
                   std::optional<Recovery::Recovered> recovered);
  void refuse(const std::string& namespace_name, const ConnectError& error);
  void dispatch(const std::shared_ptr<Socket>& socket, Packet packet,
                std::vector<http::SharedMessage> attachments);
  void remove(const std::string& namespace_name, engineio::CloseReason reason);
  void close_malformed();

  std::shared_ptr<ServerContext> server_;
  engineio::Connection* connection_ = nullptr;                           // while it is open
  std::map<std::string, std::shared_ptr<Socket>, std::less<>> sockets_;  // by namespace
  std::optional<Unfinished> unfinished_;
};

}  // namespace pollux::socketio
