// Whom a broadcast is for.
#pragma once

#include <compare>
#include <string>

namespace pollux::socketio {

// All sockets of a namespace, or those of one of its rooms.
struct Audience {
  std::string namespace_name = "/";
  std::string room{};  // empty: the whole namespace

  friend auto operator<=>(const Audience&, const Audience&) = default;
};

// What a broadcast tells them of, where only the newest counts.
struct Subject {
  Audience audience;
  std::string key;

  friend auto operator<=>(const Subject&, const Subject&) = default;
};

}  // namespace pollux::socketio
