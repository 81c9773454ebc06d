// The results as the browsers and the API get them.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "poll/results.hpp"

namespace pollux::result {

// {"poll":"default","version":7,"question":"Cats vs
// Dogs!","options":[{"id":"a","label":"Cats","count":2},…],"total":3}
boost::json::object tally_object(const poll::Results& results);

// {"a":2,"b":1}: what the original result page knows, every option present. A text, since the original sends
// it as a string.
std::string scores_json(const poll::Results& results);

}  // namespace pollux::result
