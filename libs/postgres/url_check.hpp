// What is wrong with a database URL, in words that show nothing of it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux {

// The form of the text: what libpq would take apart in another way than its author meant, such as a password
// with an @ or a / in it.
Result<void> check_url_form(std::string_view text);

// Why libpq could not take the text apart; `reason` is its own message, which quotes the text.
Error url_error(std::string_view reason);

// The parts, by libpq's names: "host" and "port" may be lists with commas.
Result<void> check_url_parts(const std::map<std::string, std::string>& parts);

}  // namespace pollux
