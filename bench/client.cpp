#include "bench/client.hpp"

namespace pollux::bench {

std::string request_to(const Target& target, std::string_view cookie, char option) {
  const bool post = target.method == Method::post;
  std::string request = (post ? "POST " : "GET ") + target.path +
                        " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(target.port) +
                        "\r\nUser-Agent: pollux-bench\r\nAccept: text/html\r\n";
  if (!cookie.empty()) request.append("Cookie: ").append(cookie).append("\r\n");
  if (post) request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n";
  request += "\r\n";
  if (post) request.append("vote=").push_back(option);
  return request;
}

Client::Client(const Target& target) : target_(target), exchange_(target.port) {
  render({});
}

void Client::render(std::string_view cookie) {
  requests_ = {request_to(target_, cookie, 'a'), request_to(target_, cookie, 'b')};
}

Exchange::Progress Client::receive() {
  if (exchange_.receive() == Exchange::Progress::waiting) return Exchange::Progress::waiting;
  if (!answer().cookie.empty()) render(answer().cookie);
  if (answer().status == 200) {
    acknowledged_ = next_ == 0 ? 'a' : 'b';
    next_ = 1 - next_;
  }
  return Exchange::Progress::answered;
}

}  // namespace pollux::bench
