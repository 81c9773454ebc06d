// The spellings of a setting's one name.
#pragma once

#include <string>
#include <string_view>

namespace pollux {

std::string flag_of(std::string_view setting);  // "vote-listen" → "--vote-listen"

// "vote-listen" → "VOTE_LISTEN"; after the program's prefix, if it has one.
std::string variable_of(std::string_view setting, std::string_view prefix = {});

// The variable that names a file with the value: "VOTE_LISTEN_FILE".
std::string file_variable_of(std::string_view setting, std::string_view prefix = {});

}  // namespace pollux
