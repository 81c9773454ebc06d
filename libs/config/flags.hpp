// A command line, split into flags and words.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace pollux::config {

struct CommandLine {
  std::map<std::string, std::string, std::less<>> values;  // by the setting's name
  std::vector<std::string> words;                          // what is no flag and no flag's value
  std::vector<std::string> faults;
  bool has_secret = false;  // a secret's flag was given, so that words may be parts of the secret
  bool help = false;
  bool version = false;
};

// Understands "--name value", "--name=value" and, for a toggle, "--name". A value that starts with "--" needs
// the form with "=", so that a forgotten value is noticed.
CommandLine split_command_line(const std::vector<std::string>& arguments,
                               const std::vector<SettingDeclaration>& declarations);

}  // namespace pollux::config
