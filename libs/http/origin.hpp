// Whether a request comes from a page of ours: the check against cross-site request forgery.
#pragma once

#include <span>
#include <string>

#include "http/request.hpp"

namespace pollux::http {

// False where a browser says that another site's page sent the request: Sec-Fetch-Site is neither same-origin
// nor none, or Origin is not the request's own host ("null" never is). A page whose Origin is one of
// `allowed`
// ("https://vote.example") passes. So do programs that send neither header, such as curl: they carry no
// victim's cookies.
bool is_same_origin(const Request& request, std::span<const std::string> allowed = {});

}  // namespace pollux::http
