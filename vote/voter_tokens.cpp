#include "vote/voter_tokens.hpp"

#include "base/random.hpp"

namespace pollux::vote {
namespace {

constexpr std::size_t token_length = ordered_id_digits + 1 + Signer::signature_digits;

}  // namespace

VoterTokens::VoterTokens(const Keys& keys, const CookieOptions& options)
    : signer_(keys.signing, keys.accepted_bytes()), names_(cookie_name), secure_(options.secure) {
  const http::Cookie cookie = options.make(cookie_name);
  set_cookie_start_ = cookie.name + "=";
  set_cookie_end_ = cookie.header_value().substr(set_cookie_start_.size());
}

std::optional<Voter> VoterTokens::recognize(const http::Request& request) const {
  return names_.first(request, [this](std::string_view value) { return recognize(value); });
}

std::optional<Voter> VoterTokens::recognize(std::string_view token) const {
  if (token.size() != token_length || token[ordered_id_digits] != '.') return std::nullopt;
  const std::string_view id = token.substr(0, ordered_id_digits);
  const std::string_view signature = token.substr(ordered_id_digits + 1);
  if (!signer_.is_signature_of(id, signature)) return std::nullopt;
  Voter voter{poll::VoterId::parse(id).value(), std::string(token)};
  if (signer_.has_accepted_key())
    voter.token.replace(ordered_id_digits + 1, std::string::npos, signer_.sign(id));
  return voter;
}

bool VoterTokens::has_cookie(const http::Request& request) const {
  return names_.first(request, [](std::string_view) { return std::optional(true); }).has_value();
}

Voter VoterTokens::create() const {
  const std::string id = make_ordered_id();
  return {poll::VoterId::parse(id).value(), id + "." + signer_.sign(id)};
}

std::string VoterTokens::set_cookie(const Voter& voter) const {
  std::string field;
  if (voter.token.empty()) return field;
  field.reserve(set_cookie_start_.size() + voter.token.size() + set_cookie_end_.size());
  return field.append(set_cookie_start_).append(voter.token).append(set_cookie_end_);
}

}  // namespace pollux::vote
