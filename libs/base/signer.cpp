#include "base/signer.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/encoding.hpp"

namespace pollux {
namespace {

void require(bool succeeded) {
  if (succeeded) return;
  std::fputs("OpenSSL can't compute HMAC-SHA-256.\n", stderr);
  std::abort();
}

struct FreeContext {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeContext>;

MacContext keyed_context(std::span<const std::uint8_t> key) {
  EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  require(mac != nullptr);
  MacContext context(EVP_MAC_CTX_new(mac));
  EVP_MAC_free(mac);  // the context keeps its own reference
  require(context != nullptr);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(context.get(), key.data(), key.size(), parameters) == 1);
  return context;
}

}  // namespace

// Contexts that are initialized with the key, so that a signature needs no lookup of the algorithm. One
// thread uses each at a time; there are as many as threads that ever signed at the same time.
class Signer::Contexts {
 public:
  explicit Contexts(std::span<const std::uint8_t> key) : keyed_(keyed_context(key)) {}

  std::string sign(std::string_view text) const {
    MacContext context = take();
    require(EVP_MAC_init(context.get(), nullptr, 0, nullptr) == 1);  // again, with the same key
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
    std::size_t length = 0;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    require(EVP_MAC_update(context.get(), bytes, text.size()) == 1);
    require(EVP_MAC_final(context.get(), digest.data(), &length, digest.size()) == 1);
    give_back(std::move(context));
    return to_hex(std::span(digest).first(signature_digits / 2));
  }

 private:
  MacContext take() const {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) {
      MacContext another(EVP_MAC_CTX_dup(keyed_.get()));
      require(another != nullptr);
      return another;
    }
    MacContext context = std::move(idle_.back());
    idle_.pop_back();
    return context;
  }

  void give_back(MacContext context) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(context));
  }

  const MacContext keyed_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::vector<MacContext> idle_;
};

Signer::Signer(std::span<const std::uint8_t> key, std::span<const std::uint8_t> accepted)
    : contexts_(std::make_unique<const Contexts>(key)),
      accepted_(accepted.empty() ? nullptr : std::make_unique<const Contexts>(accepted)) {}

Signer::~Signer() = default;

std::string Signer::sign(std::string_view text) const {
  return contexts_->sign(text);
}

bool Signer::is_signature_of(std::string_view text, std::string_view signature) const {
  if (signature.size() != signature_digits) return false;
  const auto is_by = [text, signature](const Contexts& key) {
    const std::string expected = key.sign(text);
    return CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
  };
  return is_by(*contexts_) || (accepted_ != nullptr && is_by(*accepted_));
}

}  // namespace pollux
