// From a URL to a connected channel, TLS included, without blocking: one attempt.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include "base/result.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

class Channel;

// The thread of the io_context only. cancel() it before the io_context ends.
class Dialer : public std::enable_shared_from_this<Dialer> {
 public:
  using Done = std::function<void(Result<std::unique_ptr<Channel>>)>;

  // A name is resolved within `limit`, on a thread of its own, because the system's resolver blocks; then its
  // addresses are tried in turn, for as long as the caller does not cancel. The files for TLS are read in
  // each attempt, so that renewed ones are used.
  Dialer(boost::asio::io_context& context, Url url, std::chrono::milliseconds limit, Done done);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

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
  void try_next(Error last);
  void shake_hands();
  void finish(Result<std::unique_ptr<Channel>> result);

  boost::asio::io_context& context_;
  const Url url_;
  const std::chrono::milliseconds limit_;
  Done done_;
  std::unique_ptr<Channel> channel_;  // of the address that is being tried
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<boost::asio::generic::stream_protocol::endpoint> endpoints_;
  std::size_t next_endpoint_ = 0;
};

}  // namespace pollux::redis
