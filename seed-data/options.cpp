#include "seed-data/options.hpp"

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;

void declare_votes(config::Settings& settings, Options& options) {
  settings.group("Votes");
  settings.add(
      "url",
      config::setting::parsed<ServiceUrl>(&options.url, &ServiceUrl::parse, "URL",
                                          "the http URL of a vote page, such as http://127.0.0.1:8080",
                                          "http://127.0.0.1:8080"),
      "The vote page that receives the votes. https is not supported: use the service itself, not a proxy.");
  settings.add(
      "votes",
      config::setting::parsed<std::vector<Votes>>(
          &options.votes, &parse_votes, "OPTION=NUMBER,…",
          "a list of options with their numbers of votes, such as a=2000,b=1000, 1 to 100000000 votes in all",
          votes_text(options.votes)),
      "Number of votes for each option, in random order. Each vote has a new voter.");
  settings.add("anonymous", config::setting::boolean(&options.anonymous),
               "Send votes without a cookie, and never retry them. By default each vote first requests the "
               "cookie of a "
               "new voter, so that it can be retried and still counts once.");
}

void declare_load(config::Settings& settings, Options& options) {
  settings.group("Load");
  settings.add("concurrency", config::setting::integer(&options.concurrency, 1, 10'000),
               "Number of connections, each with one vote in flight.");
  settings.add("rate", config::setting::integer(&options.rate, 0, 1'000'000),
               "Votes per second, in an open loop: each vote is due at its time regardless of earlier "
               "responses, and its "
               "latency counts from then. 0: a closed loop.");
  settings.add("duration", config::setting::duration(&options.duration, 0ms, 24h),
               "Send for this time, repeatedly, in the proportion of --votes. 0: send each vote once.");
  settings.add("threads", config::setting::integer(&options.threads, 1, 64),
               "Number of sending threads. One is enough on the same machine as the service.");
}

void declare_timeouts(config::Settings& settings, Options& options) {
  settings.group("Timeouts");
  settings.add("wait", config::setting::duration(&options.wait, 0ms, 24h),
               "How long to wait for the service before the first vote.");
  settings.add("give-up-after", config::setting::duration(&options.give_up_after, 0ms, 24h),
               "How long a vote is retried while the service is unreachable or answers 429, 502, 503 or 504. "
               "After that "
               "the run ends.");
  settings.add("answer-time", config::setting::duration(&options.response_timeout, 100ms, 1h),
               "Timeout for connecting and for a response.");
}

}  // namespace

config::ProgramDescription description() {
  return {.name = "pollux-seed",
          .summary = "Sends votes to a vote page: exactly 3000 by default, or any load.",
          .without_command = "Without a command, sends the votes and prints a summary.",
          .notes = {"Exit status: 0, all votes were accepted; 1, some were not, or a file could not be "
                    "written; 2, invalid "
                    "settings; 3, the service was not available within --wait; 130 and 143, interrupted by "
                    "SIGINT or SIGTERM."}};
}

void declare(config::Settings& settings, Options& options) {
  settings.command(
      "make-data",
      "Write the files posta (vote=a) and postb (vote=b) to a directory, for programs that post a file: "
      "ab -p DIR/posta.",
      "DIR");
  declare_votes(settings, options);
  declare_load(settings, options);
  declare_timeouts(settings, options);
  settings.group("Output");
  settings.add("json", config::setting::boolean(&options.json),
               "Print the summary as one line of JSON to standard output, and as text to standard error.");
}

Pace pace_of(const Options& options) {
  Pace pace{.rate = options.rate};
  if (options.duration > 0ms) {
    pace.time = options.duration;
  } else {
    pace.votes = 0;
    for (const Votes& votes : options.votes) *pace.votes += votes.count;
  }
  return pace;
}

}  // namespace pollux::seed
