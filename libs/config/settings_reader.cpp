#include <algorithm>
#include <optional>
#include <string>

#include "base/bounded_text.hpp"
#include "base/json_text.hpp"
#include "config/flags.hpp"
#include "config/nearest_word.hpp"
#include "config/setting_names.hpp"
#include "config/setting_variables.hpp"
#include "config/settings.hpp"
#include "telemetry/version.hpp"

namespace pollux::config {
namespace {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest_shown = 80;
  std::string out;
  append_json_string(out, text, longest_shown);
  return out;
}

// A word that should not be on the command line; it may be a secret that got there by mistake.
bool is_shown(const std::string& word, const CommandLine& line) {
  return !line.has_secret && word.find("://") == word.npos && word.find('@') == word.npos;
}

std::string named(const std::string& word, const CommandLine& line) {
  return is_shown(word, line) ? in_quotes(word) : "a word on the command line that is not shown here";
}

// The value of the highest precedence; nothing if the default holds. An error is a fault.
Result<std::optional<GivenValue>> find_value(const SettingDeclaration& declaration, const CommandLine& line,
                                             SettingVariables& variables) {
  const auto flag = line.values.find(declaration.name);
  if (flag == line.values.end()) return variables.find(declaration);
  return std::optional(GivenValue{flag->second, flag_of(declaration.name) + " on the command line"});
}

std::optional<std::string> apply(const SettingDeclaration& declaration, const GivenValue& given) {
  const setting::Value& value = declaration.value;
  if (value.assign(given.text)) return std::nullopt;
  std::string shown = "is " + in_quotes(given.text);
  if (!is_utf8(given.text)) shown = "is not UTF-8";
  // What stands before an @ may be a password.
  if (value.secret || given.text.find('@') != given.text.npos) shown = "has a value that is not shown here";
  const std::string reason = value.explain ? " " + value.explain(given.text) : "";
  return given.source + " " + shown + "; it must be " + value.allowed + "." + reason;
}

std::optional<std::string> check_command(const CommandLine& line,
                                         const std::vector<CommandDeclaration>& commands) {
  const std::vector<std::string>& words = line.words;
  if (words.empty()) return std::nullopt;
  const auto command = std::ranges::find(commands, words[0], &CommandDeclaration::name);
  if (command == commands.end()) {
    if (!is_shown(words[0], line)) return "A word on the command line, not shown here, is not a command.";
    std::vector<std::string> names;
    for (const auto& known : commands) names.push_back(known.name);
    const auto meant = nearest_word(words[0], names);
    return in_quotes(words[0]) + " is not a command" + (meant ? "; did you mean " + *meant + "?" : ".");
  }
  const bool has_operand = !command->operand.empty();
  if (has_operand && words.size() < 2)
    return command->name + " needs one more word: " + command->operand + ".";
  const std::size_t allowed = has_operand || words[0] == "help" ? 2 : 1;
  if (words.size() > allowed) return "There is nothing to do with " + named(words[allowed], line) + ".";
  if (words[0] == "help" && words.size() == 2 && words[1] != "configuration") {
    return "There is no help about " + named(words[1], line) + ", only `help` and `help configuration`.";
  }
  return std::nullopt;
}

}  // namespace

Invocation Settings::read(const std::vector<std::string>& arguments, const Environment& environment) const {
  CommandLine line = split_command_line(arguments, declarations_);
  Invocation invocation{.program = program_.name};
  if (line.help) return invocation.page = help(), invocation;
  if (line.version)
    return invocation.page = program_.name + " " + std::string(telemetry::version()) + "\n", invocation;

  invocation.faults = std::move(line.faults);
  if (const auto fault = check_command(line, commands_)) invocation.faults.push_back(*fault);
  if (!line.words.empty()) invocation.command = line.words[0];
  if (line.words.size() > 1) invocation.operand = line.words[1];
  if (invocation.command == "help" && invocation.faults.empty()) {
    invocation.page = line.words.size() == 2 ? configuration() : help();
    return invocation;
  }

  SettingVariables variables(declarations_, program_, environment);
  for (const SettingDeclaration& declaration : declarations_) {
    const auto given = find_value(declaration, line, variables);
    if (!given) {
      invocation.faults.push_back(given.error().message);
    } else if (*given) {
      if (const auto fault = apply(declaration, **given)) invocation.faults.push_back(*fault);
    }
  }
  variables.warn_of_others();
  invocation.warnings = variables.warnings();
  for (const auto& complete : completions_) {
    if (const auto fault = complete()) invocation.faults.push_back(*fault);
  }
  return invocation;
}

}  // namespace pollux::config
