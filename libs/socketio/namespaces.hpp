// Which namespaces a server has.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/namespace.hpp"

namespace pollux::socketio {

// Filled by one thread before the first request, then only read, from any thread.
class Namespaces {
 public:
  using Matches = std::function<bool(std::string_view name)>;

  Namespaces& add(std::string name, Namespace behaviour) {
    exact_.insert_or_assign(std::move(name), std::move(behaviour));
    return *this;
  }
  // For all names that `matches` says yes to and that were not added exactly; the first match wins.
  Namespaces& add_matching(Matches matches, Namespace behaviour) {
    matching_.emplace_back(std::move(matches), std::move(behaviour));
    return *this;
  }

  // Null where there is none. Holds as long as this.
  const Namespace* find(std::string_view name) const;

 private:
  std::map<std::string, Namespace, std::less<>> exact_;
  std::vector<std::pair<Matches, Namespace>> matching_;
};

}  // namespace pollux::socketio
