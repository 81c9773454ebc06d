// Voter tokens: what identifies a voter, in the browser's cookie or in the page's form. A token is an id with
// 128 random bits and its signature, so it cannot be guessed or forged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/signer.hpp"
#include "http/request.hpp"
#include "poll/vote.hpp"
#include "vote/cookie_options.hpp"

namespace pollux::vote {

// The token is "<44 hex digits: the id (base/random.hpp)>.<32 hex digits: its signature>".
struct Voter {
  poll::VoterId id;
  std::string token;
};

// Issues and recognizes the tokens of one key, and recognizes those of a second one. Any thread.
class VoterTokens {
 public:
  static constexpr std::string_view cookie_name = "voter_id";
  static constexpr std::size_t key_bytes = 32;
  using Key = std::array<std::uint8_t, key_bytes>;

  // The keys, for the signatures of others, too. With both, a key can be replaced by another.
  struct Keys {
    Key signing{};
    std::optional<Key> accepted{};  // its tokens are recognized, and replaced by tokens of the other

    std::span<const std::uint8_t> accepted_bytes() const {
      return accepted ? std::span<const std::uint8_t>(*accepted) : std::span<const std::uint8_t>();
    }
  };

  VoterTokens(const Keys& keys, const CookieOptions& options);

  // The voter of the first valid cookie of the request; nothing if none is valid. Browsers may send several
  // cookies of one name; all that fit into a request's header are checked.
  std::optional<Voter> recognize(const http::Request& request) const;

  // The voter of a token; nothing if we did not sign it. The token of the voter is of the signing key.
  std::optional<Voter> recognize(std::string_view token) const;

  // Whether the request has a cookie of that name at all, valid or not.
  bool has_cookie(const http::Request& request) const;

  // Whether browsers keep the cookie over TLS only.
  bool cookie_is_secure() const { return secure_; }

  // A new voter with a token.
  Voter create() const;

  // The value of Set-Cookie that stores the token; empty if the voter has none.
  std::string set_cookie(const Voter& voter) const;

 private:
  const Signer signer_;
  const CookieNames names_;
  const bool secure_;
  std::string set_cookie_start_;  // of Set-Cookie, before the token
  std::string set_cookie_end_;    // after it
};

}  // namespace pollux::vote
