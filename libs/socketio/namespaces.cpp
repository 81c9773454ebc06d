#include "socketio/namespaces.hpp"

#include <algorithm>

namespace pollux::socketio {

const Namespace* Namespaces::find(std::string_view name) const {
  if (const auto exact = exact_.find(name); exact != exact_.end()) return &exact->second;
  const auto match =
      std::find_if(matching_.begin(), matching_.end(), [&](const auto& each) { return each.first(name); });
  return match == matching_.end() ? nullptr : &match->second;
}

}  // namespace pollux::socketio
