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
#include "redis/tls_context_loader.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

class Channel;

// The thread of the io_context only. cancel() it before the io_context ends.
class Dialer : public std::enable_shared_from_this<Dialer> {
 public:
  using Done = std::function<void(Result<std::unique_ptr<Channel>>)>;

  // The files for TLS are read by `files`, then the name is resolved on a thread of its own, because the
  // system's resolver blocks; then the addresses are tried in turn. That takes as long as the caller does not
  // cancel. `files` is used by start() alone.
  Dialer(boost::asio::io_context& context, Url url, TlsContextLoader& files, Done done);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  void start();   // calls `done` once, later
  void cancel();  // it is not called any more

  // What to say where it took longer than `limit`: what it still waits for.
  Error too_late(std::chrono::milliseconds limit) const;

 private:
  // Where other threads leave their answers. The context is null once the dialer has stopped waiting.
  struct Mailbox {
    std::mutex mutex;
    boost::asio::io_context* context;
  };
  enum class Step { reading, resolving, connecting };

  // For another thread to call: `take` is called on the thread of the io_context, unless that is cancelled.
  template <class Answer>
  std::function<void(Result<Answer>)> mail(void (Dialer::*take)(const Result<Answer>&));

  void find_addresses();
  void on_tls_context(const Result<TlsContext>& context);
  void on_addresses(const Result<std::vector<std::string>>& addresses);
  void try_next(Error last);
  void shake_hands();
  void finish(Result<std::unique_ptr<Channel>> result);

  boost::asio::io_context& context_;
  const Url url_;
  TlsContextLoader& files_;
  Done done_;
  Step step_ = Step::connecting;
  TlsContext tls_context_;
  std::unique_ptr<Channel> channel_;  // of the address that is being tried
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<boost::asio::generic::stream_protocol::endpoint> endpoints_;
  std::size_t next_endpoint_ = 0;
};

}  // namespace pollux::redis
