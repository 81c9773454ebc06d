// TLS to Redis: TLS 1.2 or later and a certificate, signed by a trusted authority, for the name that was
// asked for. Verification cannot be turned off.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <openssl/ssl.h>

#include "base/result.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

using TlsContext = std::shared_ptr<SSL_CTX>;

// Reads the files of `url.tls_options`. Without a CA file the system's authorities are trusted (as OpenSSL
// finds them; SSL_CERT_FILE and SSL_CERT_DIR override). Blocks while it reads up to a few hundred kB from
// disk. An error is `invalid` and names the file and the setting. Any thread.
Result<TlsContext> make_tls_context(const Url& url);

// Before the handshake: sets the name that is sent (SNI; not for an address) and expected in the certificate.
Result<void> expect_server_name(SSL* connection, const Url& url);

// After a failed handshake: the cause and its remedy. `reason` is what the handshake reported.
Error tls_failed(const Url& url, SSL* connection, const std::string& reason);

// Makes contexts on a thread of its own, because a file may be on a network that does not answer. Reads the
// files for each connection, so that renewed ones are used. One per client, which connects once at a time.
class TlsContextLoader {
 public:
  using Done = std::function<void(Result<TlsContext>)>;

  explicit TlsContextLoader(Url url);
  ~TlsContextLoader();  // waits for a read that is running
  TlsContextLoader(const TlsContextLoader&) = delete;
  TlsContextLoader& operator=(const TlsContextLoader&) = delete;

  // Calls `done` once, usually on the reading thread; it must not throw. If an earlier read is still running,
  // its result goes to this call and the earlier `done` is dropped. One thread.
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
