#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "config/setting_names.hpp"
#include "config/settings.hpp"
#include "telemetry/version.hpp"

namespace pollux::config {
namespace {

constexpr std::string_view precedence =
    "A setting is the flag, else the environment variable, else the content of the file that the variable "
    "with "
    "_FILE at its end names (POLLUX_LOG_LEVEL_FILE), else the default. A variable that is empty counts as "
    "not set.";

constexpr std::size_t page_width = 92;

// Characters, not bytes: all that do not continue a UTF-8 sequence.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// The words of `text` in lines that start with `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string page;
  std::string line;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (!line.empty() && indent + width(line) + 1 + width(word) > page_width) {
      page.append(indent, ' ').append(line).append("\n");
      line.clear();
    }
    line.append(line.empty() ? "" : " ").append(word);
  }
  return page.append(indent, ' ').append(line).append("\n");
}

std::string first_to_last(const std::string& first, const std::string& last) {
  return last.empty() ? first : fmt::format("{} … {}", first, last);
}

std::string flags(const SettingDeclaration& setting) {
  return first_to_last(flag_of(setting.name), setting.last_name.empty() ? "" : flag_of(setting.last_name));
}

std::string entry(const SettingDeclaration& setting) {
  const setting::Value& value = setting.value;
  const std::string argument =
      value.toggle ? fmt::format("[={}]", value.placeholder) : fmt::format(" {}", value.placeholder);
  std::string page = fmt::format("  {}{}\n", flags(setting), argument) + wrapped(setting.doc, 6);
  const std::string shown_default = value.default_text.empty() ? "none" : value.default_text;
  page += wrapped(fmt::format("Default: {}", shown_default), 6);
  page += wrapped(fmt::format("Allowed: {}", value.allowed), 6);
  const std::string variables = first_to_last(setting.variable, setting.last_variable);
  page += wrapped(
      fmt::format("Environment: {}", variables.empty() ? "none, for this start alone" : variables), 6);
  return page;
}

// Text in a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '|' ? "\\" : "").push_back(c);
  return out;
}

std::string code(std::string_view text) {
  return text.empty() ? "–" : fmt::format("`{}`", cell(text));
}

std::string code(const std::string& first, const std::string& last) {
  return last.empty() ? code(first) : fmt::format("{} … {}", code(first), code(last));
}

std::string row(const SettingDeclaration& setting) {
  const setting::Value& value = setting.value;
  const std::string last_flag = setting.last_name.empty() ? "" : flag_of(setting.last_name);
  return fmt::format("| {} | {} | {} | {} | {} |\n", code(flag_of(setting.name), last_flag),
                     code(setting.variable, setting.last_variable), code(value.default_text),
                     cell(value.allowed), cell(setting.doc));
}

}  // namespace

std::string Settings::help() const {
  std::string page = fmt::format("{} {}\n{}\nUsage: {} [COMMAND] [SETTING …]\n\nCommands\n", program_.name,
                                 telemetry::version(), wrapped(program_.summary, 0), program_.name);
  page += wrapped(program_.without_command, 2);
  for (const CommandDeclaration& command : commands_) {
    page += fmt::format("  {}{}{}\n{}", command.name, command.operand.empty() ? "" : " ", command.operand,
                        wrapped(command.doc, 6));
  }
  page += "\nSettings\n";
  page += wrapped(precedence, 2);
  std::string_view group;
  for (const SettingDeclaration& setting : declarations_) {
    if (!setting.listed) continue;
    if (setting.group != group) page += fmt::format("\n{}\n", setting.group);
    group = setting.group;
    page += entry(setting);
  }
  page += "\n  -h, --help\n      Print this page.\n  --version\n      Print the version.\n";
  for (const std::string& note : program_.notes) page += "\n" + wrapped(note, 0);
  return page;
}

std::string Settings::configuration() const {
  std::string page =
      fmt::format("# Settings of `{}`\n\n{}\n\n{}\n", program_.name, program_.summary, precedence);
  std::string_view group;
  for (const SettingDeclaration& setting : declarations_) {
    if (!setting.listed) continue;
    if (setting.group != group) {
      page += fmt::format("\n## {}\n\n| flag | environment | default | allowed | what it does |\n",
                          setting.group);
      page += "|---|---|---|---|---|\n";
    }
    group = setting.group;
    page += row(setting);
  }
  return page;
}

}  // namespace pollux::config
