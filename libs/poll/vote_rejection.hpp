// Why a queue does not accept a vote.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <boost/system/result.hpp>

#include "base/result.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

enum class RejectionReason {
  full,           // the queue is full; the same vote may be accepted later
  unavailable,    // the queue has no durable place for it, or does not know the poll yet; likewise
  not_open,       // the poll is a draft
  closed,         // the poll takes no votes at present
  archived,       // nor later
  other_run,      // the poll has begun another run than the one that the vote is for
  already_voted,  // the voter has given another answer, and votes can't be changed
};

struct VoteRejection {
  VoteRejection() = default;
  VoteRejection(RejectionReason why, std::string text) : reason(why), message(std::move(text)) {}
  // `full` stays what it is. After any other error the vote has no durable place, and the voter may try
  // again.
  VoteRejection(const Error& error)  // NOLINT(google-explicit-constructor): as in Result
      : VoteRejection(error.code == ErrorCode::full ? RejectionReason::full : RejectionReason::unavailable,
                      error.message) {}

  RejectionReason reason = RejectionReason::unavailable;
  std::string message;  // for people
};

// Called by boost::system::result if value() is called on a rejection.
[[noreturn]] inline void throw_exception_from_error(const VoteRejection& rejection,
                                                    const boost::source_location&) {
  throw std::logic_error("value() of a rejected vote: " + rejection.message);
}

using VoteResult = boost::system::result<Version, VoteRejection>;

}  // namespace pollux::poll
