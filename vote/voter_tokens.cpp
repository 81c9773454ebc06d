#include "vote/voter_tokens.hpp"

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
#include "base/random.hpp"

namespace pollux::vote {
namespace {

constexpr std::size_t signature_bytes = 16;
constexpr std::size_t token_length = ordered_id_digits + 1 + 2 * signature_bytes;

void require(bool succeeded) {
  if (succeeded) return;
  std::fputs("OpenSSL can't compute HMAC-SHA-256.\n", stderr);
  std::abort();
}

struct FreeContext {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeContext>;

MacContext keyed_context(const VoterTokens::Key& key) {
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
class VoterTokens::Signer {
 public:
  explicit Signer(const Key& key) : keyed_(keyed_context(key)) {}

  std::string sign(std::string_view id) const {
    MacContext context = take();
    require(EVP_MAC_init(context.get(), nullptr, 0, nullptr) == 1);  // again, with the same key
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
    std::size_t length = 0;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(id.data());
    require(EVP_MAC_update(context.get(), bytes, id.size()) == 1);
    require(EVP_MAC_final(context.get(), digest.data(), &length, digest.size()) == 1);
    give_back(std::move(context));
    return to_hex(std::span(digest).first(signature_bytes));
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

VoterTokens::VoterTokens(const Key& key, const CookieOptions& options)
    : signer_(std::make_unique<const Signer>(key)), names_(cookie_name), secure_(options.secure) {
  const http::Cookie cookie = options.make(cookie_name);
  set_cookie_start_ = cookie.name + "=";
  set_cookie_end_ = cookie.header_value().substr(set_cookie_start_.size());
}

VoterTokens::~VoterTokens() = default;

std::optional<Voter> VoterTokens::recognize(const http::Request& request) const {
  return names_.first(request, [this](std::string_view value) { return recognize(value); });
}

std::optional<Voter> VoterTokens::recognize(std::string_view token) const {
  if (token.size() != token_length || token[ordered_id_digits] != '.') return std::nullopt;
  const std::string_view id = token.substr(0, ordered_id_digits);
  const std::string_view signature = token.substr(ordered_id_digits + 1);
  const std::string expected = signer_->sign(id);
  // In constant time, so that a signature can't be guessed digit by digit.
  if (CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) != 0) return std::nullopt;
  return Voter{poll::VoterId::parse(id).value(), std::string(token)};
}

bool VoterTokens::has_cookie(const http::Request& request) const {
  return names_.first(request, [](std::string_view) { return std::optional(true); }).has_value();
}

Voter VoterTokens::create() const {
  const std::string id = make_ordered_id();
  return {poll::VoterId::parse(id).value(), id + "." + signer_->sign(id)};
}

std::string VoterTokens::set_cookie(const Voter& voter) const {
  std::string field;
  field.reserve(set_cookie_start_.size() + voter.token.size() + set_cookie_end_.size());
  return field.append(set_cookie_start_).append(voter.token).append(set_cookie_end_);
}

}  // namespace pollux::vote
