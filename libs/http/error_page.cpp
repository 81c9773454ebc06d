#include "http/error_page.hpp"

#include <algorithm>
#include <utility>

#include "http/ascii.hpp"
#include "http/weighted_list.hpp"

namespace pollux::http {
namespace {

constexpr std::string_view content_type = "Content-Type";

bool asks_for_html(const Request& request) {
  std::string_view accepted = request.header("Accept");
  while (!accepted.empty()) {
    const Weighted type = cut_weighted(accepted);
    if (equals_ignoring_case(type.name, "text/html")) return type.weight > 0;
  }
  return false;
}

bool is_plain_error(const Response& response) {
  return response.status >= 400 && std::ranges::any_of(response.headers, [](const Header& header) {
           return equals_ignoring_case(header.name, content_type) && header.value.starts_with("text/plain");
         });
}

}  // namespace

void prefer_page(const ErrorPage& page, const Request& request, Response& response) {
  if (!page || request.headers == nullptr || !is_plain_error(response)) return;
  // Some errors may be kept by caches (RFC 9110, section 15.1), and what they are depends on who asks.
  response.set("Vary", "Accept, Accept-Language");
  if (!asks_for_html(request)) return;
  Response shown = page(request, response.status);
  for (Header& header : response.headers) {
    if (!equals_ignoring_case(header.name, content_type)) shown.headers.push_back(std::move(header));
  }
  shown.status = response.status;
  shown.close = response.close;
  response = std::move(shown);
}

}  // namespace pollux::http
