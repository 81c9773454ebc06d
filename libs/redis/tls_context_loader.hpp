// The files for TLS, read where that may take its time.
#pragma once

#include <functional>
#include <mutex>
#include <thread>

#include "base/result.hpp"
#include "redis/tls.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

// Reads them again for each connection, so that renewed ones are used, and on a thread of its own, since a
// file may be on a network that does not answer. One for each client, which loads for one connection at a
// time.
class TlsContextLoader {
 public:
  using Done = std::function<void(Result<TlsContext>)>;

  explicit TlsContextLoader(Url url);
  ~TlsContextLoader();  // waits for a read that is running
  TlsContextLoader(const TlsContextLoader&) = delete;
  TlsContextLoader& operator=(const TlsContextLoader&) = delete;

  // Calls `done` once, as a rule on the reading thread. Where the read of an earlier call is still running,
  // it answers this call, and the earlier `done` is not called any more. `done` must not throw. One thread.
  void load(Done done);

 private:
  void read();

  const Url url_;
  std::mutex mutex_;  // guards what follows
  Done done_;
  bool reading_ = false;
  std::jthread thread_;  // last: it uses what is above
};

}  // namespace pollux::redis
