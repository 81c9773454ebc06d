#include "simulation/branches.hpp"

namespace pollux::simulation {
namespace {

constexpr std::array<std::string_view, branch_count> names{
    "request lost",
    "answer lost",
    "answer late",
    "vote duplicated",
    "votes overtaken",
    "vote not open",
    "vote closed",
    "vote of another run",
    "vote already cast",
    "votes during close",
    "connection cut before",
    "connection cut within",
    "connection cut after",
    "commands late",
    "redis refused",
    "redis restarted",
    "redis forgot",
    "redis rejected",
    "redis clock set back",
    "database refused",
    "database slow",
    "database forgot",
    "poll change forgotten",
    "lost change recovered",
    "commit answer lost",
    "killed between steps",
    "killed in a call",
    "killed before commit",
    "killed after commit",
    "stopped in order",
    "votes given back",
    "entries redelivered",
    "entries reclaimed",
    "older vote ignored",
    "batch released",
    "several workers recorded",
    "dead letter written",
    "newer format left",
    "newer format read",
    "close answered",
    "change not announced",
    "gates reconciled",
    "hint lost",
    "hint duplicated",
    "publish failed",
};

}  // namespace

std::string_view name_of(Branch branch) {
  return names[static_cast<std::size_t>(branch)];
}

std::vector<Branch> Coverage::missing() const {
  std::vector<Branch> missing;
  for (std::size_t n = 0; n < branch_count; ++n) {
    if (taken_[n] == 0) missing.push_back(static_cast<Branch>(n));
  }
  return missing;
}

}  // namespace pollux::simulation
