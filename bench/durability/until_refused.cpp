// pollux_until_refused PORT CLIENTS
//
// CLIENTS keep-alive connections to 127.0.0.1:PORT post votes in a closed loop, each as a new voter, until a
// vote is refused; then it waits for the answers that are still out. Prints the ids of the voters whose votes
// were answered 200, one a line.

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/client.hpp"
#include "bench/exchange.hpp"
#include "bench/poller.hpp"

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
      poller_.watch(exchanges_.emplace_back(std::make_unique<Exchange>(port))->descriptor(), i);
    }
  }

  void vote_until_refused() {
    for (const auto& exchange : exchanges_) exchange->send(request_);
    for (std::size_t out = exchanges_.size(); out > 0;) {
      const auto ready = poller_.wait(std::chrono::seconds(10));
      if (ready.empty()) throw std::runtime_error("The server was silent for 10 s.");
      for (const std::size_t number : ready) {
        Exchange& exchange = *exchanges_[number];
        if (exchange.receive() == Exchange::Progress::waiting) continue;
        take(exchange.answer());
        if (refused_) {
          --out;
        } else {
          exchange.send(request_);
        }
      }
    }
  }

  void print() const { std::fwrite(ids_.data(), 1, ids_.size(), stdout); }

 private:
  void take(const Answer& answer) {
    if (answer.status == 200) {
      ids_.append(id_in(answer.cookie)).push_back('\n');
    } else if (answer.status == 503) {
      refused_ = true;
    } else {
      throw std::runtime_error("An answer has the status " + std::to_string(answer.status) + ".");
    }
  }

  const std::string request_;
  Poller poller_;
  std::vector<std::unique_ptr<Exchange>> exchanges_;
  std::string ids_;
  bool refused_ = false;
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
    voters.vote_until_refused();
    voters.print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "The votes stopped: %s\n", error.what());
    return 1;
  }
}
