#include "standalone/poll_options.hpp"

#include <utility>

#include "config/public_addresses.hpp"
#include "poll/logo.hpp"
#include "poll/poll_run.hpp"

namespace pollux::standalone {
namespace {

namespace setting = config::setting;

class Declarations {
 public:
  explicit Declarations(config::Settings& settings) : settings_(settings) {}

  // Of a single command: no variable.
  void add(const std::string& name, setting::Value value, std::string doc) {
    value.flag_only = true;
    settings_.add(name, std::move(value), std::move(doc));
  }

 private:
  config::Settings& settings_;
};

void declare_commands(config::Settings& settings) {
  settings.command("create", "Make a poll, a draft. Prints its id, its code and its addresses.")
      .command("list", "List the polls, the newest first.")
      .command("get", "Print a poll.", "POLL")
      .command("open", "Let people vote.", "POLL")
      .command("close", "Let no one vote any more. Afterwards, no vote is accepted.", "POLL")
      .command("hide", "Hide the results from voters.", "POLL")
      .command("show", "Show the results to voters.", "POLL")
      .command("theme", "Change the color of the pages, or whether they are light or dark.", "POLL")
      .command("logo", "Give the poll a logo, change its text, or remove it.", "POLL")
      .command("reset", "Begin a new run from zero. The earlier ones stay.", "POLL")
      .command("archive", "Put the poll away.", "POLL")
      .command("delete", "Delete the poll with its results and votes, with --yes.", "POLL")
      .command("export", "Save the results, the votes, or the audit log of a poll.", "POLL");
}

void declare_connection(config::Settings& settings, PollOptions& options) {
  settings.group("Connection");
  settings.add("api-url", config::public_url(&options.url),
               "Address of the admin pages, by default http://localhost:8082/.");
  settings.add("api-key", setting::secret(&options.key, 100),
               "API key (plx_…), which the admin page makes. Better in a variable or a file: others on the "
               "machine can read command lines.");
  Declarations(settings).add("key-file", setting::path(&options.key_file), "File with the API key.");
  Declarations(settings).add("json", setting::boolean(&options.json),
                             "Print what the API has answered; of `list` a line for each poll.");
}

void declare_question(Declarations settings, PollOptions& options) {
  settings.add("file", setting::path(&options.file),
               "The poll as JSON, as the API expects it; - for standard input. Instead of the following.");
  settings.add("title", setting::string(&options.title, 200), "Its title in lists; by default the question.");
  settings.add("question", setting::string(&options.question, 500), "The question.");
  settings.add("kind", setting::string(&options.kind, 20), "single, multiple, scale or ranking.");
  settings.add("option", setting::texts(&options.options), "An option; repeat it for each.");
  settings.add("min", setting::integer(&options.min, 0, 26), "Options that must be selected or ranked.");
  settings.add("max", setting::integer(&options.max, 0, 26), "Options that may be selected.");
  settings.add("size", setting::integer(&options.size, 0, 10), "The highest number of a scale.");
  settings.add("low", setting::string(&options.low, 200), "What the lowest number means.");
  settings.add("high", setting::string(&options.high, 200), "What the highest number means.");
  settings.add("skippable", setting::boolean(&options.skippable), "The scale may be skipped.");
  settings.add("open", setting::boolean(&options.opens), "Open the poll at once.");
}

void declare_theme(Declarations settings, PollOptions& options) {
  settings.add("accent", setting::string(&options.accent, 20),
               "Color of the pages, as '#1d4ed8'; none for that of the design.");
  settings.add("scheme", setting::string(&options.scheme, 10),
               "light or dark pages; auto for what each reader prefers.");
}

void declare_logo(Declarations settings, PollOptions& options) {
  settings.add("image", setting::path(&options.image),
               "File of a PNG, JPEG or WebP image of at most 32 KiB; - for standard input.");
  settings.add("alt", setting::string(&options.alternative, poll::Logo::max_alternative_bytes),
               "What the logo says, for people who do not see it. Without it, the logo is decoration.");
  settings.add("remove", setting::boolean(&options.removes), "Remove the logo.");
}

void declare_export(Declarations settings, PollOptions& options) {
  settings.add("what",
               setting::one_of(
                   &options.what,
                   {{"results", ExportOf::results}, {"votes", ExportOf::votes}, {"audit", ExportOf::audit}}),
               "What to save. Votes have pseudonyms of their voters.");
  settings.add("format", setting::string(&options.format, 10),
               "csv, or jsonl for JSON Lines (of results: all runs).");
  settings.add("run", setting::integer(&options.run, 0, poll::max_run), "The run; 0: the current one.");
  settings.add("output", setting::path(&options.output),
               "File to write, which appears once it is complete; without it, standard output.");
  settings.add("bom", setting::boolean(&options.byte_order_mark),
               "Begin CSV with a byte order mark, by which some spreadsheets recognize UTF-8.");
  settings.add("quiet", setting::boolean(&options.quiet), "Show no progress.");
}

}  // namespace

config::Settings poll_settings(PollOptions& options) {
  config::Settings settings(
      {.name = "pollux poll",
       .summary = "Makes, opens, closes and exports polls of a running program, by its HTTP API.",
       .without_command = "POLL is the code of a poll, in any case, or its id.",
       .notes = {"Exit status: 0 if it was done; 1 if the program can't be reached, or has failed; 2 for "
                 "invalid usage; 3 if the API has rejected it, such as for lack of a scope."}});
  declare_commands(settings);
  declare_connection(settings, options);
  settings.group("For create");
  declare_question(Declarations(settings), options);
  settings.group("For theme and create");
  declare_theme(Declarations(settings), options);
  settings.group("For logo");
  declare_logo(Declarations(settings), options);
  settings.group("For list");
  Declarations(settings).add("search", setting::string(&options.search, 100),
                             "A part of the code, the title or the question.");
  Declarations(settings).add("archived", setting::boolean(&options.archived), "The archived polls.");
  settings.group("For delete");
  Declarations(settings).add("yes", setting::boolean(&options.yes), "Allow `delete`.");
  settings.group("For export");
  declare_export(Declarations(settings), options);
  return settings;
}

}  // namespace pollux::standalone
