// The values of settings in the environment, and in files that it names. Used by Settings::read().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace pollux::config {

// A value and its source: "POLLUX_THREADS in the environment".
struct GivenValue {
  std::string text;
  std::string source;
};

// Kubernetes sets variables in every container of a namespace, named after its Services: a Service "result"
// makes RESULT_PORT=tcp://10.0.0.1:80, RESULT_SERVICE_HOST and others
// (https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables).
bool is_kubernetes_name(std::string_view variable);

// The same for a variable and its value. RESULT_PORT=8081 was set by a person: Kubernetes sets tcp://….
bool is_set_by_kubernetes(std::string_view variable, std::string_view value);

// Single-threaded. The arguments of the constructor outlive it.
class SettingVariables {
 public:
  SettingVariables(const std::vector<SettingDeclaration>& declarations, const ProgramDescription& program,
                   const Environment& environment);

  // The value of the setting's variable, else the content of the file named by NAME_FILE, else the same under
  // former names, with a warning; nullopt if none of them is set. The error is a fault of the file.
  Result<std::optional<GivenValue>> find(const SettingDeclaration& declaration);

  // Adds a warning for each variable that has the program's prefix but is unknown, and for each former
  // setting without a successor. At most `max_unknown` of the first kind, and one for all variables of
  // Kubernetes.
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
