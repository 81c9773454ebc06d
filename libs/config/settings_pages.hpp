// The pages that describe the settings of a program.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace pollux::config {

// Both list the settings by group in the order of their declaration, without those that are not `listed`.

// For --help: plain text of at most 92 columns.
std::string help_page(const ProgramDescription& program, const std::vector<CommandDeclaration>& commands,
                      const std::vector<SettingDeclaration>& settings);

// For docs/configuration.md: Markdown.
std::string configuration_page(const ProgramDescription& program,
                               const std::vector<SettingDeclaration>& settings);

}  // namespace pollux::config
