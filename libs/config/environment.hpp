// Values that come to a process from outside its command line.
#pragma once

#include <string>

#include "base/result.hpp"

namespace pollux::config {

// The content of a file that holds one value, without a line end after it. An error says what is wrong with
// the file, to follow its name: "does not exist", "has more than 65536 bytes".
Result<std::string> read_value_file(const std::string& path);

}  // namespace pollux::config
