// One connection: its sockets in the namespaces, and what has arrived of a packet with attachments.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/connection.hpp"
#include "socketio/namespaces.hpp"
#include "socketio/options.hpp"
#include "socketio/packet.hpp"
#include "socketio/statistics.hpp"
#include "socketio/thread_sockets.hpp"

namespace pollux::socketio {

// What all clients of a server have in common.
struct ServerContext {
  const Options options;
  Namespaces namespaces;
  Statistics statistics;
  std::vector<std::unique_ptr<ThreadSockets>> threads;  // by index of the io thread
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
  void refuse(const std::string& namespace_name, const ConnectError& error);
  void dispatch(const std::shared_ptr<Socket>& socket, Packet packet,
                std::vector<http::SharedMessage> attachments);
  void remove(const std::string& namespace_name, engineio::CloseReason reason);
  void close_malformed();
  template <class Call>
  void call(Call handler);

  std::shared_ptr<ServerContext> server_;
  engineio::Connection* connection_ = nullptr;                           // while it is open
  std::map<std::string, std::shared_ptr<Socket>, std::less<>> sockets_;  // by namespace
  std::optional<Unfinished> unfinished_;
};

}  // namespace pollux::socketio
