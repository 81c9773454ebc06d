// One connection: its sockets, one per namespace, and a packet whose attachments are still arriving.
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

#include "engineio/server.hpp"
#include "socketio/namespace.hpp"
#include "socketio/options.hpp"
#include "socketio/packet.hpp"
#include "socketio/recovery.hpp"
#include "socketio/thread_sockets.hpp"

namespace pollux::socketio {

// Shared by all clients of a server.
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
  // One sequence for all sockets, so that a late acknowledgement never matches another event.
  std::atomic<std::uint64_t> next_ack_id{0};
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
  std::uint64_t next_ack_id() { return server_->next_ack_id++; }
  void count_missing_ack() { ++server_->statistics.missing_acks; }
  void fail_acks(const std::vector<Socket::AckCallback>& callbacks, const char* reason);
  // Runs a handler of the application. If it throws, this client is disconnected and no other.
  void call(const std::function<void()>& handler);
  bool has_unsent() const { return connection_ != nullptr && connection_->queued_bytes() > 0; }
  void disconnect(Socket& socket);  // with a DISCONNECT packet
  const Options& options() const { return server_->options; }
  void count_coalesced() { ++server_->statistics.coalesced; }

 private:
  // A packet whose attachments are still arriving. Keeps its text, because the decoded values may need many
  // times the memory.
  struct PartialPacket {
    std::string text;
    std::size_t expected;
    std::size_t bytes;
    std::vector<http::SharedMessage> attachments;
  };

  // A socket, and what its namespace does, which exists as long as the socket is connected.
  struct Joined {
    std::shared_ptr<Socket> socket;
    std::shared_ptr<const Namespace> behavior;
  };

  void receive(Packet packet, std::vector<http::SharedMessage> attachments);
  void connect(const Packet& packet);
  std::optional<Recovery::Recovered> restore(const std::string& namespace_name, const Namespace::Auth& auth);
  void open_socket(const std::shared_ptr<const Namespace>& behavior, const std::string& name,
                   const Namespace::Auth& auth, std::optional<Recovery::Recovered> recovered);
  void reject(const std::string& namespace_name, const ConnectError& error);
  void dispatch(const Joined& joined, Packet packet, std::vector<http::SharedMessage> attachments);
  void remove(const std::string& namespace_name, engineio::CloseReason reason);
  void close_malformed();

  std::shared_ptr<ServerContext> server_;
  engineio::Connection* connection_ = nullptr;          // null once closed
  std::map<std::string, Joined, std::less<>> sockets_;  // by namespace
  std::optional<PartialPacket> partial_;
};

}  // namespace pollux::socketio
