// Identifiers that nobody can guess. An Engine.IO session id is a credential: it must not be logged.
#pragma once

#include <string>

namespace pollux::engineio {

// 144 random bits as 24 URL-safe characters [A-Za-z0-9_-].
std::string make_session_id();

}  // namespace pollux::engineio
