// The spellings of a setting's one name.
#pragma once

#include <string>
#include <string_view>

namespace pollux::config {

std::string flag_of(std::string_view setting);  // "vote-listen" → "--vote-listen"

// "vote-listen" → "POLLUX_VOTE_LISTEN", with the prefix "POLLUX_".
std::string variable_of(std::string_view setting, std::string_view prefix);

// The variable that names a file with the value of another: "DATABASE_URL" → "DATABASE_URL_FILE".
std::string file_variable_of(std::string_view variable);

}  // namespace pollux::config
