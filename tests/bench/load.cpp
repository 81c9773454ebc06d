// pollux_load PORT PATH get|post CLIENTS SECONDS
//
// Load generator: CLIENTS keep-alive connections to 127.0.0.1:PORT in a closed loop, on one thread. Each
// client first sends one request, which may return a cookie; one second of warm-up and SECONDS of measurement
// follow; then the outstanding responses are read, so that every acknowledgement is known. Prints one line of
// JSON. Any response other than a 200 ends the run with a message and status 1.

#include <algorithm>
#include <array>
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

using Clock = std::chrono::steady_clock;

// A browser in a closed loop that votes for the two options in turn. The first response sets its cookie, so
// that every later vote changes its vote.
class Client {
 public:
  explicit Client(const Target& target) : target_(target), connection_(target.port) { render({}); }

  int descriptor() const { return connection_.descriptor(); }
  const Response& response() const { return connection_.response(); }

  // The option of the last acknowledged vote, 'a' or 'b'; 0 before the first.
  char acknowledged() const { return acknowledged_; }

  void send() { connection_.send(requests_[next_]); }

  HttpConnection::Progress receive() {
    if (connection_.receive() == HttpConnection::Progress::waiting) return HttpConnection::Progress::waiting;
    if (!response().cookie.empty()) render(response().cookie);
    if (response().status == 200) {
      acknowledged_ = next_ == 0 ? 'a' : 'b';
      next_ = 1 - next_;
    }
    return HttpConnection::Progress::answered;
  }

 private:
  void render(std::string_view cookie) {
    requests_ = {request_to(target_, cookie, 'a'), request_to(target_, cookie, 'b')};
  }

  Target target_;
  HttpConnection connection_;
  std::array<std::string, 2> requests_;  // for a and for b
  std::size_t next_ = 0;
  char acknowledged_ = 0;
};

class Load {
 public:
  Load(const Target& target, std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i) {
      poller_.watch(clients_.emplace_back(std::make_unique<Client>(target))->descriptor(), i);
    }
  }

  // Keeps one request of each client in flight until `end`. Returns the number of responses.
  std::size_t run_until(Clock::time_point end) {
    if (out_ == 0) send_from_all();
    std::size_t answered = 0;
    while (Clock::now() < end) answered += take_responses(true);
    return answered;
  }

  // Reads the outstanding responses.
  std::size_t finish() {
    std::size_t answered = 0;
    while (out_ > 0) answered += take_responses(false);
    return answered;
  }

  std::size_t send_from_all_and_finish() {
    send_from_all();
    return finish();
  }

  std::size_t with_last_vote(char option) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        clients_, [option](const auto& client) { return client->acknowledged() == option; }));
  }

  std::size_t response_bytes() const { return clients_.front()->response().bytes; }

 private:
  static constexpr std::chrono::seconds timeout{5};

  void send_from_all() {
    for (const auto& client : clients_) client->send();
    out_ = clients_.size();
  }

  std::size_t take_responses(bool send_next) {
    const auto ready = poller_.wait(timeout);
    if (ready.empty()) throw std::runtime_error("The server did not respond for 5 s.");
    std::size_t answered = 0;
    for (const std::size_t number : ready) {
      Client& client = *clients_[number];
      if (client.receive() == HttpConnection::Progress::waiting) continue;
      if (client.response().status != 200) {
        throw std::runtime_error("A response has the status " + std::to_string(client.response().status) +
                                 ".");
      }
      ++answered;
      if (send_next) {
        client.send();
      } else {
        --out_;
      }
    }
    return answered;
  }

  Poller poller_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::size_t out_ = 0;
};

void measure(const Target& target, std::size_t clients, std::chrono::seconds duration) {
  Load load(target, clients);
  std::size_t answers = load.send_from_all_and_finish();
  answers += load.run_until(Clock::now() + std::chrono::seconds(1));

  const auto start = Clock::now();
  const std::size_t measured = load.run_until(start + duration);
  const std::chrono::duration<double> taken = Clock::now() - start;
  answers += measured + load.finish();

  std::printf("{\"perSecond\":%.1f,\"answers\":%zu,\"lastA\":%zu,\"lastB\":%zu,\"answerBytes\":%zu}\n",
              static_cast<double>(measured) / taken.count(), answers, load.with_last_vote('a'),
              load.with_last_vote('b'), load.response_bytes());
}

}  // namespace
}  // namespace pollux::bench

int main(int argc, char** argv) {
  using namespace pollux::bench;
  if (argc != 6) {
    std::fputs("Usage: pollux_load PORT PATH get|post CLIENTS SECONDS\n", stderr);
    return 2;
  }
  try {
    const Target target{.port = static_cast<std::uint16_t>(std::stoul(argv[1])),
                        .path = argv[2],
                        .method = argv[3] == std::string("post") ? Method::post : Method::get};
    measure(target, std::stoul(argv[4]), std::chrono::seconds(std::stoul(argv[5])));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pollux_load: %s\n", error.what());
    return 1;
  }
}
