// What someone who has voted shows to see the results while ResultsPolicy::after_vote hides them from others:
// the vote service, which knows who has voted, gives it out, and the result service, which does not, checks
// it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/signer.hpp"
#include "poll/vote.hpp"

namespace pollux::poll {

// One for all voters of a run, since it says no more than that one of them passed it on, as a picture of the
// results would. Any thread.
class ResultsPass {
 public:
  // The key of the voters' cookies, whose signatures are of other texts, in a program that has both services.
  explicit ResultsPass(std::span<const std::uint8_t> key) : signer_(key) {}
  // A secret text of at least one byte, which services share. Who knows it sees all results of that policy,
  // and who can guess it, because of a pass that they have: 24 random bytes are sufficient.
  explicit ResultsPass(std::string_view secret)
      : signer_({reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()}) {}

  std::string of(const PollId& run) const { return signer_.sign(text(run)); }
  bool is_valid(const PollId& run, std::string_view pass) const {
    return signer_.is_signature_of(text(run), pass);
  }

 private:
  static std::string text(const PollId& run) { return "results of " + run.text(); }

  const Signer signer_;
};

}  // namespace pollux::poll
