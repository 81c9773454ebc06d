// Images that people have uploaded, at addresses that have their hash.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/response.hpp"

namespace pollux::http {

// The content security policy of an image: a page that would be made of its bytes may do nothing.
inline constexpr std::string_view image_policy = "default-src 'none'; frame-ancestors 'none'; sandbox";

// 200 or 304. The address is never that of another image, so it is kept for a year. `type` must be that of
// the bytes: browsers must not guess another one.
Response stored_image(const Request& request, std::string_view type, std::string_view hash,
                      std::shared_ptr<const std::string> image);

// 404, which is not kept: the image may be on its way.
Response no_such_image();

}  // namespace pollux::http
