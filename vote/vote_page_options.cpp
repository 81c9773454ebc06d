#include "vote/vote_page_options.hpp"

namespace pollux::vote {

void declare(Settings& settings, VotePageOptions& options, const std::string& listen_name) {
  settings.group("Vote page");
  settings.add(listen_name, setting::endpoint(&options.listen), "Where the vote page is served.");
  settings.add("allowed-origins", setting::list(&options.allowed_origins),
               "Pages of other hosts that may post votes here, each as a browser names its origin, such as "
               "https://vote.example. Needed behind a proxy that changes the Host header.");
  settings.add("secure-cookies", setting::boolean(&options.secure_cookies),
               "Let browsers send the voter's cookie by TLS alone. Turn it on where the site is behind TLS.");
  settings.add(
      "results-url", setting::text(&options.results_url),
      "Where the link to the results leads. Where it is not given: the host that the voter asked, at the "
      "result page's port.");
}

}  // namespace pollux::vote
