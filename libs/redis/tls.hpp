// What a connection to Redis by TLS asks of OpenSSL: TLS 1.2 or later, a certificate that an authority we
// trust has signed, for the name that we asked for. Nothing turns the verification off.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "base/result.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

using TlsContext = std::shared_ptr<SSL_CTX>;

// Reads the files of `url.tls_options`. Without a CA file the system's authorities are trusted (as OpenSSL
// finds them; SSL_CERT_FILE and SSL_CERT_DIR override). Blocks while up to a few hundred kB are read from
// disk: see TlsContextLoader for threads that must not. An error is `invalid` and names the file and the
// setting. Any thread.
Result<TlsContext> make_tls_context(const Url& url);

// Before the handshake: which name is sent (SNI; not for an address) and must stand in the certificate.
Result<void> expect_server_name(SSL* connection, const Url& url);

// After a failed handshake: why, and what to do. `reason` is the failure's own name.
Error tls_failed(const Url& url, SSL* connection, const std::string& reason);

}  // namespace pollux::redis
