#include "http/stored_image.hpp"

#include <utility>

#include "http/negotiation.hpp"

namespace pollux::http {

Response stored_image(const Request& request, std::string_view type, std::string_view hash,
                      std::shared_ptr<const std::string> image) {
  std::string tag = "\"" + std::string(hash) + "\"";
  Response response{.status = 304};
  if (!is_not_modified(request, tag)) {
    response = {.status = 200, .body = std::move(image)};
    response.set("Content-Type", std::string(type));
  }
  response.set("ETag", std::move(tag));
  response.set("Cache-Control", "public, max-age=31536000, immutable");
  response.set("Content-Security-Policy", std::string(image_policy));
  return response;
}

Response no_such_image() {
  Response response = text(404, "This image does not exist.\n");
  response.set("Cache-Control", "no-store");
  return response;
}

}  // namespace pollux::http
