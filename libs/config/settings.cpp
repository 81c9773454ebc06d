#include "config/settings.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "base/bounded_text.hpp"
#include "base/edit_distance.hpp"
#include "base/json_text.hpp"
#include "config/command_line.hpp"
#include "config/environment.hpp"
#include "config/settings_pages.hpp"

namespace pollux::config {
namespace {

std::string lettered_name(const std::string& name, std::size_t letter) {
  return name + '-' + static_cast<char>('a' + letter);
}

using Slots = std::array<std::optional<std::string>, letters>;

setting::Value label_value(std::shared_ptr<Slots> slots, std::size_t letter, std::size_t max_bytes) {
  return {.placeholder = "LABEL",
          .allowed = "plain text of 1 to " + std::to_string(max_bytes) + " bytes",
          .assign =
              [slots = std::move(slots), letter, max_bytes](std::string_view given) {
                const bool good = !given.empty() && given.size() <= max_bytes && is_plain_text(given);
                // An invalid label still fills its place, so that it is not reported as missing, too.
                (*slots)[letter] = good ? std::string(given) : lettered_name("label", letter);
                return good;
              },
          .well_known = true};
}

// Moves the labels that were given to `labels`; a gap is a fault.
std::optional<std::string> fill_in(const std::string& name, const Slots& slots,
                                   std::vector<std::string>& labels) {
  const auto spelled = [&name](std::size_t letter) {
    const std::string setting = lettered_name(name, letter);
    return flag_of(setting) + " (" + variable_of(setting, "") + ")";
  };
  std::vector<std::string> given;
  for (std::size_t letter = 0; letter < letters; ++letter) {
    if (!slots[letter]) continue;
    if (letter > given.size()) {
      return spelled(letter) + " is set, but " + spelled(given.size()) +
             " is not. Set that too: labels have no gap.";
    }
    given.push_back(*slots[letter]);
  }
  if (!given.empty()) labels = std::move(given);
  return std::nullopt;
}

// False for a word that may be a misplaced secret.
bool is_shown(const std::string& word, const CommandLine& line) {
  return !line.has_secret && word.find("://") == word.npos && word.find('@') == word.npos;
}

std::string named(const std::string& word, const CommandLine& line) {
  return is_shown(word, line) ? in_quotes(word) : "a word on the command line that is not shown here";
}

// The value with the highest precedence; none for the default. The error is a fault.
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
  // The text before an @ may be a password.
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
  if (words[0] == "help" && words.size() == 2 && words[1] != "configuration" && words[1] != "json") {
    return "There is no help about " + named(words[1], line) +
           ", only `help`, `help configuration` and `help json`.";
  }
  return std::nullopt;
}

}  // namespace

std::string flag_of(std::string_view setting) {
  return std::string("--").append(setting);
}

std::string variable_of(std::string_view setting, std::string_view prefix) {
  std::string variable(prefix);
  for (const char c : setting) {
    const bool small = c >= 'a' && c <= 'z';
    variable += c == '-' ? '_' : small ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return variable;
}

std::string file_variable_of(std::string_view variable) {
  return std::string(variable).append("_FILE");
}

std::string in_quotes(std::string_view value) {
  constexpr std::size_t max_shown = 80;
  std::string out;
  append_json_string(out, value, max_shown);
  return out;
}

std::vector<std::string> command_line(int argc, const char* const* argv) {
  return argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

std::optional<int> conclude(const Invocation& invocation, std::ostream& out, std::ostream& err) {
  if (invocation.page) {
    out << *invocation.page << std::flush;
    return 0;
  }
  if (invocation.faults.empty()) return std::nullopt;
  for (const std::string& fault : invocation.faults) err << invocation.program << ": " << fault << '\n';
  err << "`" << invocation.program << " --help` shows all settings." << std::endl;
  return 2;
}

Settings::Settings(ProgramDescription program) : program_(std::move(program)) {
  command("help", "Print this page; `help configuration` prints it as Markdown, `help json` as JSON.");
}

Settings& Settings::group(std::string title) {
  group_ = std::move(title);
  return *this;
}

Settings& Settings::add(std::string name, setting::Value value, std::string doc) {
  declare({.name = std::move(name), .doc = std::move(doc), .value = std::move(value)});
  return *this;
}

Settings& Settings::add_lettered(const std::string& name, std::vector<std::string>* labels,
                                 std::size_t max_bytes, std::string doc) {
  const auto slots = std::make_shared<Slots>();
  std::string defaults;
  for (const std::string& label : *labels) defaults.append(defaults.empty() ? "" : ", ").append(label);
  // The first letter documents the range.
  SettingDeclaration first{.name = lettered_name(name, 0),
                           .doc = std::move(doc),
                           .value = label_value(slots, 0, max_bytes),
                           .last_name = lettered_name(name, letters - 1)};
  first.value.default_text = defaults;
  declare(std::move(first));
  for (std::size_t letter = 1; letter < letters; ++letter) {
    declare({.name = lettered_name(name, letter),
             .value = label_value(slots, letter, max_bytes),
             .listed = false});
  }
  checks_.push_back([name, slots, labels] { return fill_in(name, *slots, *labels); });
  return *this;
}

Settings& Settings::check(std::function<std::optional<std::string>()> find_fault) {
  checks_.push_back(std::move(find_fault));
  return *this;
}

Settings& Settings::command(std::string name, std::string doc, std::string operand) {
  commands_.push_back({std::move(name), std::move(doc), std::move(operand)});
  return *this;
}

void Settings::declare(SettingDeclaration declaration) {
  constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  if (declaration.name.empty() || declaration.name.find_first_not_of(name_characters) != std::string::npos) {
    throw std::logic_error("A setting's name may contain lower-case letters, digits and hyphens: " +
                           declaration.name);
  }
  // Without prefixes: names must differ in more than those.
  const std::string spelling = variable_of(declaration.name, "");
  if (!spellings_.insert(spelling).second || !spellings_.insert(file_variable_of(spelling)).second) {
    throw std::logic_error("Two settings share a name or a variable: " + declaration.name);
  }
  const std::string prefix = declaration.value.well_known ? "" : program_.variable_prefix;
  if (!declaration.value.flag_only) declaration.variable = variable_of(declaration.name, prefix);
  if (!declaration.last_name.empty()) declaration.last_variable = variable_of(declaration.last_name, prefix);
  if (is_kubernetes_name(declaration.variable) || declaration.variable.ends_with("_HOST")) {
    throw std::logic_error("Kubernetes sets variables of this form itself: " + declaration.variable);
  }
  declaration.group = group_;
  declarations_.push_back(std::move(declaration));
}

Invocation Settings::read(const std::vector<std::string>& arguments, const Environment& environment) const {
  CommandLine line = split_command_line(arguments, declarations_);
  Invocation invocation{.program = program_.name};
  if (line.help) return invocation.page = help(), invocation;
  if (line.version) return invocation.page = version_line(program_), invocation;

  invocation.faults = std::move(line.faults);
  if (const auto fault = check_command(line, commands_)) invocation.faults.push_back(*fault);
  if (!line.words.empty()) invocation.command = line.words[0];
  if (line.words.size() > 1) invocation.operand = line.words[1];
  if (invocation.command == "help" && invocation.faults.empty()) {
    const std::string& form = invocation.operand;
    invocation.page = form == "configuration" ? configuration() : form == "json" ? json() : help();
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
  for (const auto& check : checks_) {
    if (const auto fault = check()) invocation.faults.push_back(*fault);
  }
  return invocation;
}

std::string Settings::help() const {
  return help_page(program_, commands_, declarations_);
}

std::string Settings::configuration() const {
  return configuration_page(program_, declarations_);
}

std::string Settings::json() const {
  return json_page(program_, commands_, declarations_);
}

}  // namespace pollux::config
