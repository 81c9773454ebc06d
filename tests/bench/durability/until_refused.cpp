// pollux_until_refused PORT CLIENTS
//
// CLIENTS keep-alive connections to 127.0.0.1:PORT post votes of new voters in a closed loop until a vote is
// rejected, then read the outstanding responses. Prints the voter ids of the votes that were answered 200,
// one per line.

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/http_client.hpp"
#include "bench/system.hpp"

namespace pollux::bench {
namespace {

// Of a cookie voter_id=<id>.<signature>.
std::string_view id_in(std::string_view cookie) {
  cookie.remove_prefix(cookie.find('=') + 1);
  return cookie.substr(0, cookie.find('.'));
}

class Voters {
 public:
  Voters(std::uint16_t port, std::size_t clients) : request_(request_to({port, "/", Method::post}, {}, 'a')) {
    for (std::size_t i = 0; i < clients; ++i) {
      poller_.watch(connections_.emplace_back(std::make_unique<HttpConnection>(port))->descriptor(), i);
    }
  }

  void vote_until_rejected() {
    for (const auto& connection : connections_) connection->send(request_);
    for (std::size_t out = connections_.size(); out > 0;) {
      const auto ready = poller_.wait(std::chrono::seconds(10));
      if (ready.empty()) throw std::runtime_error("The server did not respond for 10 s.");
      for (const std::size_t number : ready) {
        HttpConnection& connection = *connections_[number];
        if (connection.receive() == HttpConnection::Progress::waiting) continue;
        take(connection.response());
        if (rejected_) {
          --out;
        } else {
          connection.send(request_);
        }
      }
    }
  }

  void print() const { std::fwrite(ids_.data(), 1, ids_.size(), stdout); }

 private:
  void take(const Response& response) {
    if (response.status == 200) {
      ids_.append(id_in(response.cookie)).push_back('\n');
    } else if (response.status == 503) {
      rejected_ = true;
    } else {
      throw std::runtime_error("A response has the status " + std::to_string(response.status) + ".");
    }
  }

  const std::string request_;
  Poller poller_;
  std::vector<std::unique_ptr<HttpConnection>> connections_;
  std::string ids_;
  bool rejected_ = false;
};

}  // namespace
}  // namespace pollux::bench

int main(int argc, char** argv) {
  using namespace pollux::bench;
  if (argc != 3) {
    std::fputs("Usage: pollux_until_refused PORT CLIENTS\n", stderr);
    return 2;
  }
  try {
    Voters voters(static_cast<std::uint16_t>(std::stoul(argv[1])), std::stoul(argv[2]));
    voters.vote_until_rejected();
    voters.print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pollux_until_refused: %s\n", error.what());
    return 1;
  }
}
