// pollux_load PORT PATH get|post CLIENTS SECONDS
//
// The load of the bench: CLIENTS keep-alive connections to 127.0.0.1:PORT in a closed loop, on one thread.
// Each client first sends one request, which may give it a cookie; then a second of warming up; then SECONDS
// that are measured; then it waits for the answers that are still out, so that every acknowledgement is
// known. Prints one line of JSON. Anything other than a 200 ends the run with a message and status 1: a
// figure with failures in it would mean nothing.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/client.hpp"
#include "bench/poller.hpp"

namespace pollux::bench {
namespace {

using Clock = std::chrono::steady_clock;

class Load {
 public:
  Load(const Target& target, std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i) {
      poller_.watch(clients_.emplace_back(std::make_unique<Client>(target))->descriptor(), i);
    }
  }

  // Every client has one request out, always, until the time is over. Returns how many were answered in it.
  std::size_t run_until(Clock::time_point end) {
    if (out_ == 0) send_from_all();
    std::size_t answered = 0;
    while (Clock::now() < end) answered += take_answers(true);
    return answered;
  }

  // Waits for what is still out.
  std::size_t finish() {
    std::size_t answered = 0;
    while (out_ > 0) answered += take_answers(false);
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

  std::size_t answer_bytes() const { return clients_.front()->answer().bytes; }

 private:
  static constexpr std::chrono::seconds patience{5};

  void send_from_all() {
    for (const auto& client : clients_) client->send();
    out_ = clients_.size();
  }

  std::size_t take_answers(bool send_next) {
    const auto ready = poller_.wait(patience);
    if (ready.empty()) throw std::runtime_error("The server was silent for 5 s.");
    std::size_t answered = 0;
    for (const std::size_t number : ready) {
      Client& client = *clients_[number];
      if (client.receive() == Exchange::Progress::waiting) continue;
      if (client.answer().status != 200) {
        throw std::runtime_error("An answer has the status " + std::to_string(client.answer().status) + ".");
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
              load.with_last_vote('b'), load.answer_bytes());
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
    std::fprintf(stderr, "The load stopped: %s\n", error.what());
    return 1;
  }
}
