// From a URL to a connected socket, without blocking: one attempt.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include "base/result.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                boost::asio::io_context::executor_type>;

// The thread of the io_context only. cancel() it before the io_context ends.
class Dialer : public std::enable_shared_from_this<Dialer> {
 public:
  using Done = std::function<void(Result<Socket>)>;

  // A name is resolved within `limit`, on a thread of its own, because the system's resolver blocks; then its
  // addresses are tried in turn, for as long as the caller does not cancel.
  Dialer(boost::asio::io_context& context, Url url, std::chrono::milliseconds limit, Done done);

  void start();   // calls `done` once, later
  void cancel();  // it is not called any more

 private:
  // Where the resolving thread leaves its answer; without a context once nobody waits for it.
  struct Mailbox {
    std::mutex mutex;
    boost::asio::io_context* context;
  };

  void resolve_elsewhere();
  void on_addresses(const Result<std::vector<std::string>>& addresses);
  void try_next(const std::string& last_reason);
  void finish(Result<Socket> result);

  boost::asio::io_context& context_;
  const Url url_;
  const std::chrono::milliseconds limit_;
  Done done_;
  Socket socket_;
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<boost::asio::generic::stream_protocol::endpoint> endpoints_;
  std::size_t next_endpoint_ = 0;
};

}  // namespace pollux::redis
