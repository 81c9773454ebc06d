// The pages that describe the settings of a program.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace pollux::config {

// "pollux 0.1.0 (commit 95aa6b4c1f2e, 2026-11-26)", with a newline.
std::string version_line(const ProgramDescription& program);

// All pages list the settings by group in the order of their declaration, without those that are not
// `listed`.

// For --help: plain text of at most 92 columns.
std::string help_page(const ProgramDescription& program, const std::vector<CommandDeclaration>& commands,
                      const std::vector<SettingDeclaration>& settings);

// For docs/configuration.md: Markdown.
std::string configuration_page(const ProgramDescription& program,
                               const std::vector<SettingDeclaration>& settings);

// One JSON object with everything that the other pages say:
//   {"name", "version", "summary", "without_command", "precedence", "notes": [text …],
//    "commands": [{"name", "operand", "doc"} …],
//    "settings": [{"group", "flag", "last_flag", "placeholder", "toggle", "variable", "last_variable",
//    "default",
//                  "allowed", "doc"} …]}
// `last_…` are those of a range; texts that do not apply are empty.
std::string json_page(const ProgramDescription& program, const std::vector<CommandDeclaration>& commands,
                      const std::vector<SettingDeclaration>& settings);

}  // namespace pollux::config
