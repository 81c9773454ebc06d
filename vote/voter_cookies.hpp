// Voters are identified by an id with 128 random bits and its signature, kept in a cookie or in the page's
// form. It cannot be forged.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "poll/vote.hpp"
#include "vote/cookie_options.hpp"

namespace pollux::vote {

// A voter and the text that proves it: "<44 hex digits: the id (base/random.hpp)>.<32 hex digits: its
// signature>".
struct Voter {
  poll::VoterId id;
  std::string token;
};

// The signature is HMAC-SHA-256 (RFC 2104) of the id under the key, its first 128 bits. Any thread.
class VoterCookies {
 public:
  static constexpr std::string_view cookie_name = "voter_id";
  static constexpr std::size_t key_bytes = 32;
  using Key = std::array<std::uint8_t, key_bytes>;

  VoterCookies(const Key& key, const CookieOptions& options);
  ~VoterCookies();

  // The voter in the first valid cookie of the request, because browsers may send several of one name;
  // nothing if none is valid. Checks as many as fit into a request's header.
  std::optional<Voter> recognize(const http::Request& request) const;

  // The voter of a token; nothing if we did not sign it.
  std::optional<Voter> recognize(std::string_view token) const;

  // Whether the request has a cookie of that name at all, valid or not.
  bool has_cookie(const http::Request& request) const;

  // Whether browsers keep the cookie over TLS only.
  bool are_secure() const { return secure_; }

  // A new voter.
  Voter create() const;

  // The value of Set-Cookie that stores the identity.
  std::string set_cookie(const Voter& voter) const;

 private:
  class Signer;

  std::unique_ptr<const Signer> signer_;
  const CookieNames names_;
  const bool secure_;
  std::string set_cookie_start_;  // Set-Cookie before the token and after it; the same
  std::string set_cookie_end_;    // for every voter
};

}  // namespace pollux::vote
