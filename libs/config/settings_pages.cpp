#include "config/settings_pages.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/json_text.hpp"
#include "telemetry/process.hpp"

namespace pollux::config {
namespace {

constexpr std::string_view precedence =
    "Precedence: the flag, the environment variable, the content of the file named by the variable with the "
    "suffix "
    "_FILE (such as POLLUX_LOG_LEVEL_FILE), the default. An empty variable counts as not set.";

constexpr std::size_t page_width = 92;

// Characters, not bytes: continuation bytes of UTF-8 do not count.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Wraps `text` into lines that start with `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string page;
  std::string line;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
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

std::string last_flag(const SettingDeclaration& setting) {
  return setting.last_name.empty() ? "" : flag_of(setting.last_name);
}

std::string flags(const SettingDeclaration& setting) {
  return first_to_last(flag_of(setting.name), last_flag(setting));
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
      fmt::format("Environment: {}", variables.empty() ? "none, only for a single start" : variables), 6);
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
  return fmt::format("| {} | {} | {} | {} | {} |\n", code(flag_of(setting.name), last_flag(setting)),
                     code(setting.variable, setting.last_variable), code(value.default_text),
                     cell(value.allowed), cell(setting.doc));
}

std::string json_text(std::string_view text) {
  std::string out;
  append_json_string(out, text, std::numeric_limits<std::size_t>::max());
  return out;
}

// The members of an object whose values are texts, without its braces.
std::string members(std::initializer_list<std::pair<std::string_view, std::string_view>> texts) {
  std::string out;
  for (const auto& [name, text] : texts) {
    out.append(out.empty() ? "" : ", ").append(json_text(name)).append(": ").append(json_text(text));
  }
  return out;
}

// One item a line.
template <class Items, class Text>
std::string json_array(const Items& items, Text text) {
  std::string out;
  for (const auto& item : items) out.append(out.empty() ? "[\n  " : ",\n  ").append(text(item));
  return out.append(out.empty() ? "[]" : "\n]");
}

}  // namespace

std::string version_line(const ProgramDescription& program) {
  std::string line = fmt::format("{} {}", program.name, telemetry::version());
  if (!program.revision.empty()) line += fmt::format(" ({})", program.revision);
  return line + "\n";
}

std::string help_page(const ProgramDescription& program, const std::vector<CommandDeclaration>& commands,
                      const std::vector<SettingDeclaration>& settings) {
  std::string page = fmt::format("{} {}\n{}\nUsage: {} [COMMAND] [SETTING …]\n\nCommands\n", program.name,
                                 telemetry::version(), wrapped(program.summary, 0), program.name);
  page += wrapped(program.without_command, 2);
  for (const CommandDeclaration& command : commands) {
    page += fmt::format("  {}{}{}\n{}", command.name, command.operand.empty() ? "" : " ", command.operand,
                        wrapped(command.doc, 6));
  }
  page += "\nSettings\n";
  page += wrapped(precedence, 2);
  std::string_view group;
  for (const SettingDeclaration& setting : settings) {
    if (!setting.listed) continue;
    if (setting.group != group) page += fmt::format("\n{}\n", setting.group);
    group = setting.group;
    page += entry(setting);
  }
  page += "\n  -h, --help\n      Print this page.\n  --version\n      Print the version and the commit.\n";
  for (const std::string& note : program.notes) page += "\n" + wrapped(note, 0);
  return page;
}

std::string configuration_page(const ProgramDescription& program,
                               const std::vector<SettingDeclaration>& settings) {
  std::string page =
      fmt::format("# Settings of `{}`\n\n{}\n\n{}\n", program.name, program.summary, precedence);
  std::string_view group;
  for (const SettingDeclaration& setting : settings) {
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

std::string json_page(const ProgramDescription& program, const std::vector<CommandDeclaration>& commands,
                      const std::vector<SettingDeclaration>& settings) {
  std::vector<SettingDeclaration> listed;
  std::ranges::copy_if(settings, std::back_inserter(listed), &SettingDeclaration::listed);
  const std::string about = members({{"name", program.name},
                                     {"version", telemetry::version()},
                                     {"summary", program.summary},
                                     {"without_command", program.without_command},
                                     {"precedence", precedence}});
  const auto command_object = [](const CommandDeclaration& command) {
    return fmt::format("{{{}}}",
                       members({{"name", command.name}, {"operand", command.operand}, {"doc", command.doc}}));
  };
  const auto setting_object = [](const SettingDeclaration& setting) {
    const setting::Value& value = setting.value;
    return fmt::format("{{\"toggle\": {}, {}}}", value.toggle,
                       members({{"group", setting.group},
                                {"flag", flag_of(setting.name)},
                                {"last_flag", last_flag(setting)},
                                {"placeholder", value.placeholder},
                                {"variable", setting.variable},
                                {"last_variable", setting.last_variable},
                                {"default", value.default_text},
                                {"allowed", value.allowed},
                                {"doc", setting.doc}}));
  };
  return fmt::format("{{{},\n\"notes\": {},\n\"commands\": {},\n\"settings\": {}}}\n", about,
                     json_array(program.notes, &json_text), json_array(commands, command_object),
                     json_array(listed, setting_object));
}

}  // namespace pollux::config
