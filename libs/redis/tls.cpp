#include "redis/tls.hpp"

#include <string_view>
#include <system_error>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/impl/src.hpp>  // as in io_threads.cpp of libs/base, the part that needs OpenSSL
#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace pollux::redis {
namespace {

// The oldest error in this thread's queue is the cause. Empties the queue.
std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "";
  if (ERR_SYSTEM_ERROR(code)) return std::system_category().message(ERR_GET_REASON(code));
  const char* const reason = ERR_reason_error_string(code);
  return reason == nullptr ? "error " + std::to_string(code) : reason;
}

Error bad_file(std::string_view what, const std::string& path, std::string_view setting) {
  return invalid("The " + std::string(what) + " " + path +
                 " for TLS to Redis can't be used: " + openssl_reason() +
                 ". It must be a readable file in PEM form. Check " + std::string(setting) + ".");
}

// Without this callback OpenSSL asks for a key's passphrase on the terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

Result<void> load_identity(SSL_CTX* context, const TlsOptions& tls) {
  if (tls.certificate_file.empty()) return {};
  if (SSL_CTX_use_certificate_chain_file(context, tls.certificate_file.c_str()) != 1) {
    return bad_file("client certificate", tls.certificate_file, "--redis-certificate-file");
  }
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  if (SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    const unsigned long code = ERR_peek_error();
    if (ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH) {
      ERR_clear_error();
      return invalid("The client key " + tls.key_file + " does not belong to the certificate " +
                     tls.certificate_file + ". Check --redis-key-file and --redis-certificate-file.");
    }
    return bad_file("client key", tls.key_file, "--redis-key-file");
  }
  return {};
}

bool is_address(const std::string& host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

const std::string& server_name(const Url& url) {
  return url.tls_options.server_name.empty() ? url.host : url.tls_options.server_name;
}

}  // namespace

Result<TlsContext> make_tls_context(const Url& url) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (!context) return unavailable("Out of memory for TLS to Redis.");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  // A server that closes without close_notify is then an end of stream, not a protocol error.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  const TlsOptions& tls = url.tls_options;
  if (tls.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else if (SSL_CTX_load_verify_locations(context.get(), tls.ca_file.c_str(), nullptr) != 1) {
    return bad_file("CA file", tls.ca_file, "--redis-ca-file");
  }
  if (auto loaded = load_identity(context.get(), tls); !loaded) return loaded.error();
  return context;
}

Result<void> expect_server_name(SSL* connection, const Url& url) {
  const std::string& name = server_name(url);
  if (is_address(name)) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), name.c_str()) == 1) return {};
  } else {
    // SSL_set_tlsext_host_name() without the macro's cast.
    std::string sent = name;
    const long set =
        SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sent.data());
    if (set == 1 && SSL_set1_host(connection, name.c_str()) == 1) return {};
  }
  ERR_clear_error();
  return invalid("\"" + name + "\" can't be a server's name in TLS. Check --redis-server-name.");
}

Error tls_failed(const Url& url, SSL* connection, const std::string& reason) {
  const std::string start = "Redis at " + url.text() + " can't be trusted: ";
  switch (const long verified = SSL_get_verify_result(connection)) {
    case X509_V_OK:
      break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return unavailable(start + "its certificate is not for " + server_name(url) +
                         ". Use the name in the certificate, or set --redis-server-name to it.");
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return unavailable(start + "its certificate has expired. Renew it.");
    default:
      return unavailable(
          start + X509_verify_cert_error_string(verified) +
          ". Set --redis-ca-file to the certificate of the authority that signed the server's.");
  }
  if (reason.starts_with("wrong version number")) {
    return unavailable(
        "Redis at " + url.text() +
        " does not speak TLS on this port. Use its TLS port, or redis:// for one without TLS.");
  }
  return unavailable("TLS to Redis at " + url.text() + " failed: " + reason +
                     ". Check that its port is for TLS and whether it asks for a client certificate "
                     "(--redis-certificate-file, --redis-key-file).");
}

TlsContextLoader::TlsContextLoader(Url url) : url_(std::move(url)) {}

TlsContextLoader::~TlsContextLoader() = default;

void TlsContextLoader::load(Done done) {
  {
    const std::lock_guard lock(mutex_);
    done_ = std::move(done);
    if (std::exchange(reading_, true)) return;
  }
  try {
    thread_ = std::jthread([this] { read(); });  // the previous thread has ended
  } catch (const std::system_error& error) {
    std::unique_lock lock(mutex_);
    reading_ = false;
    const Done failed = std::exchange(done_, nullptr);
    lock.unlock();
    failed(unavailable("Can't start a thread to read the files for TLS to Redis (" +
                       std::string(error.what()) + ")."));
  }
}

void TlsContextLoader::read() {
  auto context = make_tls_context(url_);
  std::unique_lock lock(mutex_);
  reading_ = false;
  const Done done = std::exchange(done_, nullptr);
  lock.unlock();
  done(std::move(context));
}

}  // namespace pollux::redis
