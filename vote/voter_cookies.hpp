// Who votes, by cookie: an id with 128 random bits and its signature, so that an identity can be kept but not
// made up.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "poll/identifiers.hpp"

namespace pollux::vote {

// A voter and the cookie that says so: "<44 hex digits: the id (base/ordered_id.hpp)>.<32 hex digits: its
// signature>".
struct Voter {
  VoterId id;
  std::string cookie;
};

struct CookieOptions {
  bool secure = false;  // for sites that are reached by TLS alone
  std::chrono::seconds max_age = std::chrono::hours(24 * 365);
};

// The signature is HMAC-SHA-256 (RFC 2104) of the id under the key, its first 128 bits. Any thread.
class VoterCookies {
 public:
  static constexpr std::string_view cookie_name = "voter_id";
  static constexpr std::size_t key_bytes = 32;
  using Key = std::array<std::uint8_t, key_bytes>;

  VoterCookies(const Key& key, CookieOptions options);
  ~VoterCookies();

  // The voter that the request's cookie names; nothing where there is no cookie or it is not one of ours.
  std::optional<Voter> recognise(const http::Request& request) const;

  // A voter that nobody was before.
  Voter create() const;

  // The value of Set-Cookie by which the browser keeps the identity.
  std::string set_cookie(const Voter& voter) const;

 private:
  class Signer;

  std::unique_ptr<const Signer> signer_;
  std::string attributes_;
};

}  // namespace pollux::vote
