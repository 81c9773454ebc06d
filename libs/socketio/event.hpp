// The parts of an event: its arguments, and the sockets that a broadcast addresses.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "http/web_socket.hpp"

namespace pollux::socketio {

// The arguments of an event or of an acknowledgement: JSON values, and binary attachments that the values
// refer to by placeholders.
struct Arguments {
  boost::json::array values;
  std::vector<http::SharedMessage> attachments;
};

// {"_placeholder":true,"num":<index>}: refers to the attachment with that index.
boost::json::object placeholder(std::size_t index);

// Whether the values refer to each of `attachments` attachments exactly once.
bool has_all_placeholders(const boost::json::array& values, std::size_t attachments);

// All sockets of a namespace, or those in one of its rooms.
struct Audience {
  std::string namespace_name = "/";
  std::string room{};  // empty: the whole namespace

  friend auto operator<=>(const Audience&, const Audience&) = default;
};

// A state that an audience follows: a newer event on a subject replaces an unsent older one.
struct Subject {
  Audience audience;
  std::string key;

  friend auto operator<=>(const Subject&, const Subject&) = default;
};

}  // namespace pollux::socketio
