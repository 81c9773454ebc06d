// The settings of a program, declared once. Flags, environment variables, files named by NAME_FILE,
// validation, --help and docs/configuration.md are derived from the declarations.
//
//   Options options;
//   Settings settings({.name = "pollux", .summary = "Real-time voting in one program."});
//   settings.group("Vote page");
//   settings.add("vote-listen", setting::endpoint(&options.vote_listen), "Address of the vote page.");
//   const Invocation invocation = settings.read(command_line(argc, argv), process_environment());
//   if (const auto status = conclude(invocation, std::cout, std::cerr)) return *status;
//
// The setting `vote-listen` is the flag --vote-listen, else the variable POLLUX_VOTE_LISTEN, else the content
// of the file that POLLUX_VOTE_LISTEN_FILE names (without the trailing newline), else the default: the bound
// variable's value at declaration. An empty variable counts as not set, since compose files pass those.
//
// No library such as CLI11 parses the command line. Precedence, messages and help are our own, so only its
// splitting of arguments would be used, and that gives brackets and quotes in a value a meaning ("[a,b]" is a
// list), whereas in a label of an option they are ordinary characters.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/setting.hpp"

namespace pollux::config {

using Environment = std::map<std::string, std::string, std::less<>>;
Environment process_environment();
std::vector<std::string> command_line(int argc, const char* const* argv);  // without the program's own name

struct Invocation {
  std::string program{};
  std::string command{};                // a declared command; empty: run the program
  std::string operand{};                // of a command that takes one
  std::optional<std::string> page{};    // print this and exit
  std::vector<std::string> faults{};    // messages; if there are any, the program must not start
  std::vector<std::string> warnings{};  // messages for the log
};

// Prints the page (exit status 0) or the faults (2) and returns the exit status; nullopt if the program is to
// run.
std::optional<int> conclude(const Invocation& invocation, std::ostream& out, std::ostream& err);

// A variable that an earlier version read.
struct FormerVariable {
  std::string name;       // "VOTE_LISTEN"
  std::string setting;    // whose value it still sets: "vote-listen"; empty: the variable is ignored
  std::string instead{};  // advice for the warning; empty: use the setting's variable
};

struct ProgramDescription {
  std::string name;
  std::string summary;          // one line of text
  std::string_view revision{};  // for --version; empty: not shown
  std::string without_command = "Without one, the program runs until SIGTERM or SIGINT.";
  std::string variable_prefix = "POLLUX_";  // of variables without a well-known name
  std::vector<FormerVariable> former_variables{};
  std::vector<std::string> notes{};  // paragraphs at the end of --help
};

struct CommandDeclaration {
  std::string name;
  std::string doc;
  std::string operand;
};

struct SettingDeclaration {
  std::string name{};
  std::string group{};
  std::string doc{};
  setting::Value value{};
  std::string variable{};   // set by Settings; empty: none
  std::string last_name{};  // if this declaration documents a range: its last setting
  std::string last_variable{};
  bool listed = true;  // false: documented by the first of its range
};

// How many settings a lettered name has: `option-a` to `option-z`.
inline constexpr std::size_t letters = 26;

// Single-threaded. Invalid declarations, such as a duplicate name, throw std::logic_error.
class Settings {
 public:
  explicit Settings(ProgramDescription program);

  // Starts a group for the settings that follow.
  Settings& group(std::string title);

  // `name`: lower-case words with hyphens; `doc`: one or more sentences.
  Settings& add(std::string name, setting::Value value, std::string doc);

  // Up to `letters` labels by letter: the settings `name-a` to `name-z`, such as --option-a and OPTION_A.
  // `labels` holds the defaults, which apply only if no label is set. A gap is a fault. `max_bytes`: per
  // label.
  Settings& add_lettered(const std::string& name, std::vector<std::string>* labels, std::size_t max_bytes,
                         std::string doc);

  // Validates the settings as a whole after all are read; returns a message.
  Settings& check(std::function<std::optional<std::string>()> find_fault);

  // Declares a command; `help` is always there. An operand, such as "DIR", is mandatory.
  Settings& command(std::string name, std::string doc, std::string operand = {});

  // Reads all settings into the bound variables. After a fault some of them may be unset.
  Invocation read(const std::vector<std::string>& arguments, const Environment& environment) const;

  std::string help() const;           // plain text of at most 92 columns
  std::string configuration() const;  // Markdown; `help configuration` prints it
  std::string json() const;           // for programs that write other pages; `help json` prints it

 private:
  void declare(SettingDeclaration declaration);

  ProgramDescription program_;
  std::string group_;
  std::vector<SettingDeclaration> declarations_;
  std::set<std::string> spellings_;  // of the declared variables, without prefixes, and of those for files
  std::vector<CommandDeclaration> commands_;
  std::vector<std::function<std::optional<std::string>()>> checks_;  // run after all settings are read
};

// The spellings of a setting's name.
std::string flag_of(std::string_view setting);  // "vote-listen" → "--vote-listen"
std::string variable_of(std::string_view setting,
                        std::string_view prefix);         // "vote-listen" → "POLLUX_VOTE_LISTEN"
std::string file_variable_of(std::string_view variable);  // "DATABASE_URL" → "DATABASE_URL_FILE"

// A value in a message: quoted, escaped and truncated.
std::string in_quotes(std::string_view value);

}  // namespace pollux::config
