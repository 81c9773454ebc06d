// The settings of a program, declared once. The flags, the environment variables, the files named by
// NAME_FILE, their checks, --help and docs/configuration.md all follow from the declaration.
//
//   Options options;
//   Settings settings({.name = "pollux", .summary = "Real-time voting in one program."});
//   settings.group("Vote page");
//   settings.add("vote-listen", setting::endpoint(&options.vote_listen), "Where the vote page is served.");
//   const Invocation invocation = settings.read(command_line(argc, argv), process_environment());
//   if (const auto status = conclude(invocation, std::cout, std::cerr)) return *status;
//
// The setting `vote-listen` is the flag --vote-listen, else the variable POLLUX_VOTE_LISTEN, else the content
// of the file that POLLUX_VOTE_LISTEN_FILE names (without the line end), else the default: what the bound
// variable held when it was declared. A variable that is set but empty counts as not set, since compose files
// pass those.
//
// We split the command line ourselves: what a library such as CLI11 would add (its help, messages and
// precedence) is replaced here, and it interprets brackets and quotes in values, which are people's words
// with us.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/setting.hpp"

namespace pollux::config {

using Environment = std::map<std::string, std::string, std::less<>>;
Environment process_environment();
std::vector<std::string> command_line(int argc, const char* const* argv);  // without the program's own name

// What a command line asks for.
struct Invocation {
  std::string program{};
  std::string command{};                // one that was declared; empty: run
  std::string operand{};                // the word after a command that takes one
  std::optional<std::string> page{};    // a text to print instead of anything else
  std::vector<std::string> faults{};    // sentences; where there are any, nothing may be started
  std::vector<std::string> warnings{};  // sentences for the log
};

// Where there is nothing to run, prints the page (exit status 0) or the faults (2), and gives the exit
// status.
std::optional<int> conclude(const Invocation& invocation, std::ostream& out, std::ostream& err);

// A variable that an earlier version read.
struct FormerVariable {
  std::string name;     // "VOTE_LISTEN"
  std::string setting;  // whose value it still is, with a warning: "vote-listen"; empty: it is ignored, with
                        // a warning
  std::string instead{};  // what to do, in a sentence; empty: use the setting's variable
};

struct ProgramDescription {
  std::string name;
  std::string summary;  // one sentence
  std::string without_command = "Without one, the program runs until SIGTERM or SIGINT.";
  std::string variable_prefix = "POLLUX_";  // of the environment variables that are not well known
  std::vector<FormerVariable> former_variables{};
  std::vector<std::string> notes{};  // paragraphs at the end of the help page
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
  std::string last_name{};  // of a range of settings that the pages show as one: its last; else empty
  std::string last_variable{};
  bool listed = true;  // false: shown by the first of its range
};

// Single-threaded. What is wrong with the declarations themselves, such as a name used twice, is a
// std::logic_error.
class Settings {
 public:
  explicit Settings(ProgramDescription program);

  // The settings that follow belong to this group of the pages.
  Settings& group(std::string title);

  // `name` is lower-case words with hyphens; `doc` one or more sentences.
  Settings& add(std::string name, setting::Value value, std::string doc);

  // Up to 26 labels by letter: the settings `name-a` to `name-z`, such as --option-a and OPTION_A. What
  // `labels` holds is the default for all of them together: if one is set, those that are not are not there,
  // and a gap is a fault. `max_bytes`: of one label.
  Settings& add_lettered(const std::string& name, std::vector<std::string>* labels, std::size_t max_bytes,
                         std::string doc);

  // Called when everything was read: what is wrong with the settings as a whole, in a sentence.
  Settings& check(std::function<std::optional<std::string>()> find_fault);

  // A word that asks the program for something other than to run. `help` is always there. Where it has an
  // operand, such as "DIR", one more word must follow it.
  Settings& command(std::string name, std::string doc, std::string operand = {});

  // Reads everything; the bound variables are set where there are no faults, and partly set where there are.
  Invocation read(const std::vector<std::string>& arguments, const Environment& environment) const;

  std::string help() const;           // for people, within 92 columns
  std::string configuration() const;  // Markdown; `help configuration` prints it

 private:
  void declare(SettingDeclaration declaration);

  ProgramDescription program_;
  std::string group_;
  std::vector<SettingDeclaration> declarations_;
  std::vector<CommandDeclaration> commands_;
  std::vector<std::function<std::optional<std::string>()>>
      completions_;  // run at the end; each may find a fault
};

}  // namespace pollux::config
