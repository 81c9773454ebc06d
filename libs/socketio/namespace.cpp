#include "socketio/namespace.hpp"

#include <algorithm>

namespace pollux::socketio {

Namespaces& Namespaces::add(std::string name, Namespace behavior) {
  exact_.insert_or_assign(std::move(name), std::move(behavior));
  return *this;
}

Namespaces& Namespaces::add_matching(Matches matches, Namespace behavior) {
  matching_.emplace_back(std::move(matches), std::move(behavior));
  return *this;
}

const Namespace* Namespaces::find(std::string_view name) const {
  if (const auto exact = exact_.find(name); exact != exact_.end()) return &exact->second;
  const auto match =
      std::find_if(matching_.begin(), matching_.end(), [&](const auto& each) { return each.first(name); });
  return match == matching_.end() ? nullptr : &match->second;
}

}  // namespace pollux::socketio
