#include "config/settings.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <ostream>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/bounded_text.hpp"
#include "config/setting_names.hpp"
#include "config/setting_variables.hpp"

namespace pollux::config {
namespace {

constexpr std::size_t letters = 26;

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
                // One that is no label still fills its place, so that it is not reported as missing too.
                (*slots)[letter] = good ? std::string(given) : lettered_name("label", letter);
                return good;
              },
          .well_known = true};
}

// All labels in their order, if there is any; the fault if one is missing before another. The bound
// labels are examples: if one label is given, all are.
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

}  // namespace

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
  command("help", "Print this page; `help configuration` prints it as Markdown.");
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
  // The first letter's row stands for all on the pages.
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
  completions_.push_back([name, slots, labels] { return fill_in(name, *slots, *labels); });
  return *this;
}

Settings& Settings::check(std::function<std::optional<std::string>()> find_fault) {
  completions_.push_back(std::move(find_fault));
  return *this;
}

Settings& Settings::command(std::string name, std::string doc, std::string operand) {
  commands_.push_back({std::move(name), std::move(doc), std::move(operand)});
  return *this;
}

void Settings::declare(SettingDeclaration declaration) {
  // Without prefixes, so that two settings also differ by more than those.
  const auto spellings = [](const std::string& name) {
    return std::set<std::string>{variable_of(name, ""), file_variable_of(variable_of(name, ""))};
  };
  const auto mine = spellings(declaration.name);
  const auto clashes = [&](const SettingDeclaration& other) {
    const auto theirs = spellings(other.name);
    return std::ranges::any_of(theirs, [&](const std::string& spelling) { return mine.contains(spelling); });
  };
  constexpr std::string_view letters_of_names = "abcdefghijklmnopqrstuvwxyz0123456789-";
  if (declaration.name.empty() || declaration.name.find_first_not_of(letters_of_names) != std::string::npos) {
    throw std::logic_error("A setting's name has other than small letters, digits and hyphens: " +
                           declaration.name);
  }
  if (std::ranges::any_of(declarations_, clashes)) {
    throw std::logic_error("Two settings have a name or a variable in common: " + declaration.name);
  }
  const std::string prefix = declaration.value.well_known ? "" : program_.variable_prefix;
  if (!declaration.value.flag_only) declaration.variable = variable_of(declaration.name, prefix);
  if (!declaration.last_name.empty()) declaration.last_variable = variable_of(declaration.last_name, prefix);
  if (is_name_of_kubernetes(declaration.variable) ||
      declaration.variable.find("_SERVICE_") != std::string::npos ||
      declaration.variable.ends_with("_HOST")) {
    throw std::logic_error("Kubernetes sets variables of this form itself: " + declaration.variable);
  }
  declaration.group = group_;
  declarations_.push_back(std::move(declaration));
}

}  // namespace pollux::config
