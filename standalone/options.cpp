#include "standalone/options.hpp"

#include "poll/poll.hpp"

namespace pollux::standalone {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_io_threads = 256;

void declare_poll(Settings& settings, Options& options) {
  settings.group("Poll");
  settings.add_lettered("option", &options.option_labels, Poll::max_label_bytes,
                        "What there is to choose from: the label of each option, two at least.");
  settings.add("question", setting::text(&options.question, Poll::max_question_bytes),
               "The question. Where it is not given it is made from the options, as in \"Cats vs Dogs!\".");
}

void declare_vote_page(Settings& settings, Options& options) {
  settings.group("Vote page");
  settings.add("vote-listen", setting::endpoint(&options.vote_listen), "Where the vote page is served.");
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

void declare_result_page(Settings& settings, Options& options) {
  settings.group("Result page");
  settings.add("result-listen", setting::endpoint(&options.result_listen),
               "Where the result page is served.");
  settings.add("publish-period", setting::duration(&options.publish_period, 1ms, 10s),
               "The least time between two updates of the screens; changes in between arrive together.");
}

void declare_storage(Settings& settings, Options& options) {
  settings.group("Storage");
  settings.add(
      "database", setting::path(&options.database),
      "The file that holds the votes. It is made where there is none, with the key of the voters' cookies "
      "beside it (the same name, ending in .key). One program at a time uses it.");
  settings.add("queue-capacity", setting::whole_number(&options.queue_capacity, 1, 10'000'000),
               "Votes that may wait to be recorded; beyond it voters are asked to try again (503).");
  settings.add("max-batch", setting::whole_number(&options.max_batch, 1, 100'000),
               "The most votes that one transaction records.");
}

void declare_network(Settings& settings, Options& options) {
  settings.group("Network");
  settings.add("io-threads", setting::whole_number(&options.io_threads, 0, most_io_threads),
               "Threads that serve both pages; 0: as many as there are cores.");
  settings.add("max-connections", setting::whole_number(&options.max_connections, 1, 1'000'000),
               "Connections that each page's listener holds at a time; beyond it clients get a 503.");
}

}  // namespace

void declare(Settings& settings, Options& options) {
  declare_poll(settings, options);
  declare_vote_page(settings, options);
  declare_result_page(settings, options);
  declare_storage(settings, options);
  declare_network(settings, options);
  declare(settings, options.service);
}

}  // namespace pollux::standalone
