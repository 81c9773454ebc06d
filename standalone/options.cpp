#include "standalone/options.hpp"

namespace pollux::standalone {
namespace {

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

}  // namespace

void declare(Settings& settings, Options& options) {
  declare(settings, options.poll);
  settings.group("Vote page");
  settings.add("vote-listen", setting::endpoint(&options.vote_listen), "Where the vote page is served.");
  declare(settings, options.result, "result-listen");
  declare(settings, options.addresses);
  declare_former(settings, options.addresses);
  declare_storage(settings, options);
  declare(settings, options.network);
  declare(settings, options.service);
  declare_drain_delay(settings, options.service);
}

}  // namespace pollux::standalone
