// A command line, split into flags and words. Used by Settings::read().
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace pollux::config {

struct CommandLine {
  std::map<std::string, std::string, std::less<>> values;  // by the setting's name
  std::vector<std::string> words;                          // neither flags nor values of flags
  std::vector<std::string> faults;
  bool has_secret = false;  // the flag of a secret was given, so words may be parts of the secret
  bool help = false;
  bool version = false;
};

// Accepts "--name value", "--name=value" and, for a toggle, "--name". A value that starts with "--" needs the
// form with "=", so that a missing value is detected. Faults are messages for Invocation::faults.
CommandLine split_command_line(const std::vector<std::string>& arguments,
                               const std::vector<SettingDeclaration>& declarations);

}  // namespace pollux::config
