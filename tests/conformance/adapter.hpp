// How a suite gets a fresh adapter: by a name for the test's own name, and a way to make it.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace pollux::conformance {

template <class Subject>
struct Adapter {
  std::string name;
  std::function<std::unique_ptr<Subject>()> make;

  friend std::ostream& operator<<(std::ostream& out, const Adapter& adapter) { return out << adapter.name; }
};

}  // namespace pollux::conformance
