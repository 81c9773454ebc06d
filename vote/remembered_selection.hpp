// A browser's last selection, in a cookie, so that a page that is loaded again shows it, even without
// JavaScript. It is shown and never counted.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/signer.hpp"
#include "http/request.hpp"
#include "poll/managed_poll.hpp"
#include "poll/poll.hpp"
#include "vote/cookie_options.hpp"
#include "vote/voter_tokens.hpp"

namespace pollux::vote {

// Immutable after construction; any thread.
class RememberedSelection {
 public:
  static constexpr std::string_view cookie_name = "choice";

  // The cookie lives as long as the voter's.
  RememberedSelection(const poll::Poll& poll, const CookieOptions& options);

  // The selection in the request's cookie; nothing if it is of another poll or not ours.
  std::optional<poll::Selection> recall(const http::Request& request) const;

  // The value of Set-Cookie by which the browser remembers. `selection` is one of the poll's.
  const std::string& set_cookie(const poll::Selection& selection) const { return set_cookies_.at(selection); }

 private:
  CookieNames names_;
  std::map<std::string, poll::Selection, std::less<>> by_value_;
  std::map<poll::Selection, std::string> set_cookies_;
};

// The same for the polls that people make. Each has a cookie for its own page, /p/CODE, so that requests
// carry one, however many polls a browser has voted in. It is signed, because it also shows who may see the
// results (poll::ResultsPolicy::after_vote). Immutable; any thread.
class RememberedAnswers {
 public:
  static constexpr std::chrono::days kept{30};

  // `options`: of the site. `keys`: of the voters' cookies.
  RememberedAnswers(CookieOptions options, const VoterTokens::Keys& keys);

  // The voter's selection in this run; nothing if the cookie is of another one, or was not made by
  // set_cookie().
  std::optional<poll::Selection> recall(const http::Request& request, const poll::ManagedPoll& poll,
                                        const poll::VoterId& voter) const;
  std::string set_cookie(const poll::ManagedPoll& poll, const poll::VoterId& voter,
                         const poll::Selection& selection) const;

 private:
  const CookieNames names_;
  const CookieOptions options_;
  const Signer signer_;
};

}  // namespace pollux::vote
