#include <algorithm>
#include <optional>
#include <string>

#include "service/environment.hpp"
#include "service/flags.hpp"
#include "service/json_text.hpp"
#include "service/nearest_word.hpp"
#include "service/setting_names.hpp"
#include "service/settings.hpp"
#include "service/version.hpp"

namespace pollux {
namespace {

// A value as it was given, and where: "THREADS in the environment".
struct Given {
  std::string text;
  std::string source;
};

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest_shown = 80;
  std::string out;
  append_json_string(out, text, longest_shown);
  return out;
}

const std::string* find_set(const Environment& environment, const std::string& variable) {
  const auto entry = environment.find(variable);
  return entry == environment.end() || entry->second.empty() ? nullptr : &entry->second;
}

// The value of the highest precedence; nothing where the default holds. An error is a fault.
Result<std::optional<Given>> find_value(const SettingDeclaration& declaration, const std::string& prefix,
                                        const CommandLine& line, const Environment& environment) {
  const auto flag = line.values.find(declaration.name);
  if (flag != line.values.end()) {
    return Given{flag->second, flag_of(declaration.name) + " on the command line"};
  }
  const std::string variable = variable_of(declaration.name, prefix);
  if (const std::string* value = find_set(environment, variable)) {
    return Given{*value, variable + " in the environment"};
  }
  const std::string file_variable = file_variable_of(declaration.name, prefix);
  const std::string* const file = find_set(environment, file_variable);
  if (file == nullptr) return std::optional<Given>();
  auto content = read_value_file(*file);
  if (!content) {
    return invalid(file_variable + " in the environment names " + in_quotes(*file) + ", which " +
                   content.error().message + ".");
  }
  return Given{std::move(*content), variable + " from the file " + in_quotes(*file)};
}

std::optional<std::string> apply(const SettingDeclaration& declaration, const Given& given) {
  const setting::Value& value = declaration.value;
  if (value.assign(given.text)) return std::nullopt;
  const std::string shown =
      value.secret ? "has a value that is not shown here" : "is " + in_quotes(given.text);
  const std::string reason = value.explain ? " " + value.explain(given.text) : "";
  return given.source + " " + shown + "; it must be " + value.allowed + "." + reason;
}

std::optional<std::string> check_command(const std::vector<std::string>& words,
                                         const std::vector<CommandDeclaration>& commands) {
  if (words.empty()) return std::nullopt;
  const auto command = std::ranges::find(commands, words[0], &CommandDeclaration::name);
  if (command == commands.end()) {
    std::vector<std::string> names;
    for (const auto& known : commands) names.push_back(known.name);
    const auto meant = nearest_word(words[0], names);
    return in_quotes(words[0]) + " is not a command" + (meant ? "; did you mean " + *meant + "?" : ".");
  }
  const bool has_operand = !command->operand.empty();
  if (has_operand && words.size() < 2)
    return command->name + " needs one more word: " + command->operand + ".";
  const std::size_t allowed = has_operand || words[0] == "help" ? 2 : 1;
  if (words.size() > allowed) return "There is nothing to do with " + in_quotes(words[allowed]) + ".";
  if (words[0] == "help" && words.size() == 2 && words[1] != "configuration") {
    return "There is no help about " + in_quotes(words[1]) + ", only `help` and `help configuration`.";
  }
  return std::nullopt;
}

}  // namespace

Invocation Settings::read(const std::vector<std::string>& arguments, const Environment& environment) const {
  CommandLine line = split_command_line(arguments, declarations_);
  Invocation invocation{.program = program_.name};
  if (line.help) return invocation.page = help(), invocation;
  if (line.version) return invocation.page = program_.name + " " + std::string(version()) + "\n", invocation;

  invocation.faults = std::move(line.faults);
  if (const auto fault = check_command(line.words, commands_)) invocation.faults.push_back(*fault);
  if (!line.words.empty()) invocation.command = line.words[0];
  if (line.words.size() > 1) invocation.operand = line.words[1];
  if (invocation.command == "help" && invocation.faults.empty()) {
    invocation.page = line.words.size() == 2 ? configuration() : help();
    return invocation;
  }

  for (const SettingDeclaration& declaration : declarations_) {
    const auto given = find_value(declaration, program_.variable_prefix, line, environment);
    if (!given) {
      invocation.faults.push_back(given.error().message);
    } else if (*given) {
      if (const auto fault = apply(declaration, **given)) invocation.faults.push_back(*fault);
    }
  }
  for (const auto& complete : completions_) {
    if (const auto fault = complete()) invocation.faults.push_back(*fault);
  }
  return invocation;
}

}  // namespace pollux
