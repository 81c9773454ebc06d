// The spellings of a setting's one name.
#pragma once

#include <string>
#include <string_view>

namespace pollux {

std::string flag_of(std::string_view setting);      // "vote-listen" → "--vote-listen"
std::string variable_of(std::string_view setting);  // "vote-listen" → "VOTE_LISTEN"

// The variable that names a file with the value: "VOTE_LISTEN_FILE".
std::string file_variable_of(std::string_view setting);

}  // namespace pollux
