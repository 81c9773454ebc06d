#include "config/command_line.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/edit_distance.hpp"

namespace pollux::config {
namespace {

class Splitter {
 public:
  Splitter(const std::vector<std::string>& arguments, const std::vector<SettingDeclaration>& declarations)
      : arguments_(arguments), declarations_(declarations) {}

  CommandLine split() {
    while (next_ < arguments_.size()) {
      const std::string& argument = arguments_[next_++];
      if (argument == "--help" || argument == "-h") {
        line_.help = true;
      } else if (argument == "--version") {
        line_.version = true;
      } else if (argument.starts_with('-')) {
        flag(argument);
      } else {
        line_.words.push_back(argument);
      }
    }
    return std::move(line_);
  }

 private:
  void flag(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string flag = argument.substr(0, equals);
    const auto declaration = std::ranges::find(
        declarations_, flag, [](const SettingDeclaration& declared) { return flag_of(declared.name); });
    if (declaration == declarations_.end()) {
      // The next argument is probably its value: skip it rather than report it, too.
      if (equals == argument.npos && next_ < arguments_.size() && !arguments_[next_].starts_with('-'))
        ++next_;
      return unknown(flag);
    }
    if (declaration->value.secret) line_.has_secret = true;
    const std::optional<std::string> value =
        equals == argument.npos ? following_value(*declaration) : argument.substr(equals + 1);
    if (!value) {
      line_.faults.push_back(flag + " on the command line needs a value: " + declaration->value.allowed +
                             ".");
      return;
    }
    keep(*declaration, *value);
  }

  std::optional<std::string> following_value(const SettingDeclaration& declaration) {
    if (declaration.value.toggle) return "true";
    if (at_flag_or_end()) return std::nullopt;
    return arguments_[next_++];
  }

  bool at_flag_or_end() const { return next_ == arguments_.size() || arguments_[next_].starts_with("--"); }

  void keep(const SettingDeclaration& declaration, const std::string& value) {
    const auto [place, first] = line_.values.try_emplace(declaration.name, value);
    if (first) return;
    if (declaration.value.repeats) {
      place->second.append(1, declaration.value.separator).append(value);
    } else {
      line_.faults.push_back(flag_of(declaration.name) + " is on the command line more than once.");
    }
  }

  void unknown(const std::string& flag) {
    std::vector<std::string> known{"--help", "--version"};
    for (const auto& declaration : declarations_) known.push_back(flag_of(declaration.name));
    const auto meant = nearest_word(flag, known);
    line_.faults.push_back(flag.substr(0, 100) + " on the command line is not a setting" +
                           (meant ? "; did you mean " + *meant + "?" : "."));
  }

  const std::vector<std::string>& arguments_;
  const std::vector<SettingDeclaration>& declarations_;
  std::size_t next_ = 0;
  CommandLine line_;
};

}  // namespace

CommandLine split_command_line(const std::vector<std::string>& arguments,
                               const std::vector<SettingDeclaration>& declarations) {
  return Splitter(arguments, declarations).split();
}

}  // namespace pollux::config
