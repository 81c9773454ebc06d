#include "config/environment.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/edit_distance.hpp"
#include "base/json_text.hpp"
#include "config/settings.hpp"

namespace pollux::config {
namespace {

constexpr std::string_view digits = "0123456789";

// "_PORT_80_TCP" and longer names.
bool has_numbered_port(std::string_view variable) {
  constexpr std::string_view word = "_PORT_";
  const std::size_t start = variable.find(word);
  if (start == variable.npos) return false;
  const std::size_t end = variable.find_first_not_of(digits, start + word.size());
  if (end == variable.npos || end == start + word.size()) return false;
  const std::string_view rest = variable.substr(end);
  return rest.starts_with("_TCP") || rest.starts_with("_UDP") || rest.starts_with("_SCTP");
}

// "tcp://10.0.0.1:80"
bool is_service_address(std::string_view value) {
  const std::size_t scheme = value.find("://");
  if (scheme == value.npos) return false;
  const std::string_view protocol = value.substr(0, scheme);
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp") return false;
  const std::size_t colon = value.rfind(':');
  return colon > scheme + 2 && colon + 1 < value.size() &&
         value.find_first_not_of(digits, colon + 1) == value.npos;
}

constexpr std::size_t max_value_bytes = 64 * 1024;

std::string reason(int error) {
  return std::string("cannot be read: ") + std::strerror(error);
}

Result<std::string> read_descriptor(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return invalid(reason(errno));
  if (!S_ISREG(status.st_mode)) return invalid("is not a file");
  std::string content;
  char part[4096];
  while (content.size() <= max_value_bytes) {
    const ssize_t count = ::read(descriptor, part, sizeof part);
    if (count < 0) return invalid(reason(errno));
    if (count == 0) return content;
    content.append(part, static_cast<std::size_t>(count));
  }
  return invalid("has more than " + std::to_string(max_value_bytes) + " bytes");
}

// The content of a file with one value, without its trailing newline. The error completes a sentence about
// the file: "does not exist", "has more than 65536 bytes".
Result<std::string> read_value_file(const std::string& path) {
  // Non-blocking, since the path may be a pipe.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return invalid(errno == ENOENT ? "does not exist" : reason(errno));
  Result<std::string> content = read_descriptor(descriptor);
  ::close(descriptor);
  if (content && content->ends_with('\n')) content->pop_back();
  if (content && content->ends_with('\r')) content->pop_back();
  return content;
}

}  // namespace

bool is_kubernetes_name(std::string_view variable) {
  return variable.ends_with("_PORT") || variable.ends_with("_SERVICE_HOST") ||
         variable.find("_SERVICE_PORT") != variable.npos || has_numbered_port(variable);
}

bool is_set_by_kubernetes(std::string_view variable, std::string_view value) {
  const bool is_port_alone = variable.ends_with("_PORT") && variable.find("_SERVICE_PORT") == variable.npos &&
                             !has_numbered_port(variable);
  return is_kubernetes_name(variable) && (!is_port_alone || is_service_address(value));
}

SettingVariables::SettingVariables(const std::vector<SettingDeclaration>& declarations,
                                   const ProgramDescription& program, const Environment& environment)
    : declarations_(declarations), program_(program), environment_(environment) {}

Result<std::optional<GivenValue>> SettingVariables::find(const SettingDeclaration& declaration) {
  if (declaration.variable.empty()) return std::optional<GivenValue>();
  auto given = find_by_name(declaration.variable);
  if (!given || *given) return given;
  for (const FormerVariable& former : program_.former_variables) {
    if (former.setting != declaration.name) continue;
    given = find_by_name(former.name);
    if (given && !*given) continue;
    const std::string instead = former.instead.empty() ? "Use " + declaration.variable + "." : former.instead;
    warnings_.push_back(former.name +
                        " in the environment is a former name, which the next version will not read. " +
                        instead);
    return given;
  }
  return std::optional<GivenValue>();
}

void SettingVariables::warn_of_others() {
  for (const FormerVariable& former : program_.former_variables) {
    if (!former.setting.empty() || find_set(former.name) == nullptr) continue;
    warnings_.push_back(former.name + " in the environment is ignored: it is no longer a setting. " +
                        former.instead);
  }
  std::size_t shown = 0;
  std::string of_kubernetes;
  for (const auto& [variable, value] : environment_) {
    const bool ours = variable.starts_with(program_.variable_prefix) && !value.empty();
    if (!ours || is_known(variable)) continue;
    if (is_set_by_kubernetes(variable, value)) {
      if (of_kubernetes.empty()) of_kubernetes = variable;
    } else if (++shown <= max_unknown) {
      warnings_.push_back(unknown(variable));
    }
  }
  if (of_kubernetes.empty()) return;
  warnings_.push_back(of_kubernetes +
                      " in the environment, and similar variables, are ignored: Kubernetes sets them for "
                      "Services. Set `enableServiceLinks: false` in the pod to omit them.");
}

// The value if it is set and not empty: compose files pass empty variables for unset ones.
const std::string* SettingVariables::find_set(const std::string& variable) {
  const auto entry = environment_.find(variable);
  if (entry == environment_.end() || entry->second.empty()) return nullptr;
  const bool is_address = is_kubernetes_name(variable) && is_service_address(entry->second);
  if (!is_address) return &entry->second;
  warnings_.push_back(variable + " in the environment is ignored: " + in_quotes(entry->second) +
                      " was set by Kubernetes for a Service with that name.");
  return nullptr;
}

Result<std::optional<GivenValue>> SettingVariables::find_by_name(const std::string& variable) {
  if (const std::string* const value = find_set(variable)) {
    return std::optional(GivenValue{*value, variable + " in the environment"});
  }
  const std::string file_variable = file_variable_of(variable);
  const std::string* const file = find_set(file_variable);
  if (file == nullptr) return std::optional<GivenValue>();
  auto content = read_value_file(*file);
  if (!content) {
    // Without a slash it is probably a secret meant for the variable without _FILE.
    const bool is_path = file->find('/') != file->npos;
    return invalid(file_variable + " in the environment names " +
                   (is_path ? in_quotes(*file) : "a file, not shown here") + ", which " +
                   content.error().message + ".");
  }
  return std::optional(GivenValue{*std::move(content), variable + " from the file " + in_quotes(*file)});
}

bool SettingVariables::is_known(const std::string& variable) const {
  return std::ranges::any_of(declarations_, [&](const SettingDeclaration& declaration) {
    return !declaration.variable.empty() &&
           (variable == declaration.variable || variable == file_variable_of(declaration.variable));
  });
}

std::string SettingVariables::unknown(const std::string& variable) const {
  const std::string ignored =
      variable + " in the environment is ignored: it is not a setting of " + program_.name;
  const std::string without_prefix = variable.substr(program_.variable_prefix.size());
  std::vector<std::string> known;
  for (const SettingDeclaration& declaration : declarations_) {
    if (!declaration.variable.empty()) known.push_back(declaration.variable);
  }
  const auto is_one = [&known](const std::string& name) {
    return std::ranges::find(known, name) != known.end();
  };
  // No setting is a port alone, since Kubernetes uses such names.
  constexpr std::string_view port = "PORT";
  if (variable.ends_with(port)) {
    const std::string listen = variable.substr(0, variable.size() - port.size()) + "LISTEN";
    if (is_one(listen)) return ignored + ". Set " + listen + " to an address and a port, such as :8080.";
  }
  const auto former = std::ranges::find(program_.former_variables, without_prefix, &FormerVariable::name);
  if (former != program_.former_variables.end() && !former->instead.empty())
    return ignored + ". " + former->instead;
  const auto meant = is_one(without_prefix) ? std::optional(without_prefix) : nearest_word(variable, known);
  return ignored + (meant ? "; did you mean " + *meant + "?" : ".");
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != text.npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

}  // namespace pollux::config
