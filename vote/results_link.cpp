#include "vote/results_link.hpp"

namespace pollux::vote {
namespace {

std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const bool inside_brackets = host.find(']') != std::string_view::npos && colon < host.find(']');  // [::1]
  return colon == std::string_view::npos || inside_brackets ? host : host.substr(0, colon);
}

}  // namespace

std::string ResultsLink::address(std::string_view host) const {
  if (!url.empty()) return url;
  return "http://" + std::string(without_port(host)) + ":" + std::to_string(port) + "/";
}

}  // namespace pollux::vote
