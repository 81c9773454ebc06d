#include "seed-data/options.hpp"

namespace pollux::seed {
namespace {

using namespace std::chrono_literals;

void declare_votes(config::Settings& settings, Options& options) {
  settings.group("Votes");
  settings.add("url",
               config::setting::parsed<ServiceUrl>(
                   &options.url, &ServiceUrl::parse, "URL",
                   "the address of a vote page by plain HTTP, such as "
                   "http://127.0.0.1:8080 (https is not spoken: ask the service itself, not "
                   "the proxy before it)",
                   "http://127.0.0.1:8080"),
               "The vote page that gets the votes.");
  settings.add(
      "votes",
      config::setting::parsed<std::vector<Votes>>(&options.votes, &parse_votes, "OPTION=NUMBER,…",
                                                  "each option once with its number of votes, such as "
                                                  "a=2000,b=1000, and 1 to 100000000 votes in all",
                                                  votes_text(options.votes)),
      "How many votes each option gets. Each vote is a new voter's; the order is random.");
  settings.add(
      "anonymous", config::setting::boolean(&options.anonymous),
      "Send each vote once and without a cookie, whatever comes back. Otherwise each vote first asks for "
      "the cookie of a new voter, so that it can be sent again and still counts once.");
}

void declare_load(config::Settings& settings, Options& options) {
  settings.group("Load");
  settings.add("concurrency", config::setting::integer(&options.concurrency, 1, 10'000),
               "Connections, each with one vote on its way at a time.");
  settings.add(
      "rate", config::setting::integer(&options.rate, 0, 1'000'000),
      "Votes a second. Each is due at its time, whether or not those before it were answered, and its "
      "latency counts from then. 0: as quickly as the answers come.");
  settings.add("duration", config::setting::duration(&options.duration, 0ms, 24h),
               "Send for so long, again and again in the proportion of --votes. 0: send each vote once.");
  settings.add("threads", config::setting::integer(&options.threads, 1, 64),
               "Threads that send. One is enough where the service shares the machine.");
}

void declare_patience(config::Settings& settings, Options& options) {
  settings.group("Patience");
  settings.add("wait", config::setting::duration(&options.wait, 0ms, 24h),
               "How long to wait for the service before the first vote: until its page is there.");
  settings.add("give-up-after", config::setting::duration(&options.give_up_after, 0ms, 24h),
               "How long a vote is sent again while the service is not reachable or says that it may take it "
               "later (429, 502, 503, 504). After that the run ends.");
  settings.add("answer-time", config::setting::duration(&options.answer_time, 100ms, 1h),
               "How long connecting and an answer may take.");
}

}  // namespace

config::ProgramDescription description() {
  return {
      .name = "pollux-seed",
      .summary = "Sends votes to a vote page: 3000 to begin with, exactly, or any load.",
      .without_command = "Without one, the program votes and prints a summary.",
      .notes = {
          "Exit status: 0, every vote was accepted; 1, some were not, or a file could not be written; 2, the "
          "settings are wrong; 3, the service was not there within --wait; 130 and 143, interrupted by "
          "Ctrl-C or SIGTERM."}};
}

void declare(config::Settings& settings, Options& options) {
  settings.command(
      "make-data",
      "Write the files posta (vote=a) and postb (vote=b) into a directory, for programs that post a file: "
      "ab -p DIR/posta.",
      "DIR");
  declare_votes(settings, options);
  declare_load(settings, options);
  declare_patience(settings, options);
  settings.group("Output");
  settings.add("json", config::setting::boolean(&options.json),
               "Print the summary on standard output as one line of JSON, and in words on standard error.");
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
