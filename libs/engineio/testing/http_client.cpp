#include "engineio/testing/http_client.hpp"

#include <utility>

namespace pollux::engineio::testing {

HttpRequest::HttpRequest(std::uint16_t port, const std::string& method, const std::string& target,
                         const std::string& body, const std::string& fields)
    : wire_(port) {
  const std::string length =
      method == "GET" || method == "HEAD" ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
  wire_.send(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + length + fields + "\r\n" + body);
}

http::WireAnswer request(std::uint16_t port, const std::string& method, const std::string& target,
                         const std::string& body, const std::string& fields) {
  return HttpRequest(port, method, target, body, fields).answer();
}

PollingClient::PollingClient(std::uint16_t port, std::string path) : port_(port), path_(std::move(path)) {
  opening_ = request(port_, "GET", path_ + "?EIO=4&transport=polling");
  const auto start = opening_.body.find(R"("sid":")");
  if (start == std::string::npos) return;
  const auto first = start + 7;
  sid_ = opening_.body.substr(first, opening_.body.find('"', first) - first);
}

std::string PollingClient::target(const std::string& transport) const {
  return path_ + "?EIO=4&transport=" + transport + "&sid=" + sid_;
}

}  // namespace pollux::engineio::testing
