// What the vote page's form posts.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "http/request.hpp"

namespace pollux::vote {

struct VoteForm {
  std::string selection;             // the field `vote`
  std::optional<std::string> voter;  // the identity that the page was made with; programs leave it out
  std::optional<std::string> poll;   // the id of the poll that the page showed; programs leave it out
};

// An error says what is wrong, for a 400: no form, not exactly one field `vote`, or one of the others twice.
Result<VoteForm> read_vote_form(const http::Request& request);

}  // namespace pollux::vote
