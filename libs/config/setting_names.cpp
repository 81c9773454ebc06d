#include "config/setting_names.hpp"

namespace pollux::config {

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

}  // namespace pollux::config
