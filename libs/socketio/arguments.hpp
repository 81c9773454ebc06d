// What an event or its answer carries: JSON values, and binary attachments with placeholders for them in the
// values.
#pragma once

#include <cstddef>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "http/web_socket.hpp"

namespace pollux::socketio {

struct Arguments {
  boost::json::array values;
  std::vector<http::SharedMessage> attachments;
};

// {"_placeholder":true,"num":<index>}: stands in the values for the attachment of that index.
boost::json::object placeholder(std::size_t index);

// Whether the values stand for each of `attachments` attachments exactly once.
bool has_all_placeholders(const boost::json::array& values, std::size_t attachments);

}  // namespace pollux::socketio
