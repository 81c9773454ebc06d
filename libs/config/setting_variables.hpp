// What the environment says about a program's settings. Used by Settings::read().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace pollux::config {

// A value as it was given, and where: "POLLUX_THREADS in the environment".
struct GivenValue {
  std::string text;
  std::string source;
};

// Kubernetes puts variables into every container of a namespace, named after its Services: a Service "result"
// makes RESULT_PORT=tcp://10.0.0.1:80, RESULT_SERVICE_HOST and others
// (https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables).
bool is_name_of_kubernetes(std::string_view variable);

// The same of a variable with its value. RESULT_PORT=8081 is a person's: Kubernetes puts tcp://… there.
bool is_put_there_by_kubernetes(std::string_view variable, std::string_view value);

// Single-threaded. Refers to what it was made with.
class SettingVariables {
 public:
  SettingVariables(const std::vector<SettingDeclaration>& declarations, const ProgramDescription& program,
                   const Environment& environment);

  // The setting's value: that of its variable, else the content of the file that NAME_FILE names, else the
  // same of its former names, with a warning. Nothing if none is set. An error is a fault of the file.
  Result<std::optional<GivenValue>> find(const SettingDeclaration& declaration);

  // Adds a warning for each variable that has the program's prefix and is no setting's, and for each that was
  // a setting's and no longer is. At most `max_unknown` of the first kind, and one for all that Kubernetes
  // put there.
  void warn_of_others();

  static constexpr std::size_t max_unknown = 20;
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  const std::string* find_set(const std::string& variable);
  Result<std::optional<GivenValue>> find_by_name(const std::string& variable);
  bool is_known(const std::string& variable) const;
  std::string unknown(const std::string& variable) const;

  const std::vector<SettingDeclaration>& declarations_;
  const ProgramDescription& program_;
  const Environment& environment_;
  std::vector<std::string> warnings_;
};

}  // namespace pollux::config
