#include "vote/vote_limits.hpp"

namespace pollux::vote {

void declare(config::Settings& settings, VoteLimits& limits) {
  constexpr std::size_t highest = 1'000'000;
  settings.add(
      "new-voter-rate", config::setting::integer(&limits.new_voters_per_second, 0, highest),
      "New voters per second from one network; a hundred times as many may come at once. Browsers of "
      "further ones see the page, and vote a moment later. 0: no limit. Behind a proxy, set "
      "trusted-proxies.");
  settings.add("vote-rate", config::setting::integer(&limits.votes_per_second, 0, highest),
               "Votes per second from one network, of any voters; a hundred times as many may come at once. "
               "Further ones get a 429, and the page sends them again. 0: no limit.");
  settings.add("require-cookie", config::setting::boolean(&limits.require_cookie),
               "Take votes only from browsers that send the cookie of an earlier page. It excludes browsers "
               "without cookies, and programs that post without opening the page.");
}

}  // namespace pollux::vote
