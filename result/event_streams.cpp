#include "result/event_streams.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "result/public_results.hpp"

namespace pollux::result {
namespace {

using StreamClock = std::chrono::steady_clock;

// When a browser connects again.
constexpr std::string_view retry_line = "retry: 3000\n\n";

constexpr std::size_t max_id_length = 20;  // of a number of 64 bits

enum class StreamEnd { client_closed, too_slow, poll_removed, draining };
constexpr std::array<std::string_view, 4> stream_ends{"client_closed", "too_slow", "poll_removed",
                                                      "draining"};

// One stream: used by its connection until the first piece is made, then by the thread of the rounds and, to
// end it, by that of the drain; the mutex of State hands it over.
struct Follower {
  Follower(std::shared_ptr<const LiveResults> followed, std::string network_of, std::string known_id)
      : results(std::move(followed)), network(std::move(network_of)), known(std::move(known_id)) {}

  const std::shared_ptr<const LiveResults> results;
  const std::string network;
  std::string known;                         // the id of the last event
  std::shared_ptr<const std::string> drawn;  // LiveResults::json() of that time
  StreamClock::time_point sent_at;           // the last bytes
  bool has_begun = false;
  std::atomic<StreamClock::time_point> taking_since{StreamClock::time_point::max()};  // max: it waits
  std::atomic<StreamEnd> end{StreamEnd::client_closed};
  std::atomic<bool> is_open{true};
};

struct WaitingFollower {
  std::shared_ptr<Follower> follower;
  http::NextPiece piece;

  void give(http::Piece bytes) const {
    const auto now = StreamClock::now();
    follower->sent_at = now;
    follower->taking_since = now;
    piece(std::move(bytes));
  }
  void give_last(StreamEnd end, std::string bytes) const {
    follower->end = end;
    give({.bytes = std::move(bytes), .last = true});
  }
};

struct Event {
  std::string id;  // empty: there is none at present
  std::string text;
  bool is_end = false;
};

Event event_of(const ResultsNow& now) {
  if (!now.poll) return {.id = {}, .text = "event: end\ndata: {}\n\n", .is_end = true};
  if (!can_be_sent(now)) return {};
  const std::string json = public_results_json(now);
  Event event{.id = std::to_string(std::hash<std::string>()(json)), .text = {}};
  event.text = "id: " + event.id + "\nevent: results\ndata: " + json + "\n\n";
  return event;
}

// The events of one round: each poll is drawn once for all who follow it.
class EventRound {
 public:
  // What is due for the follower; none: nothing has changed.
  const Event* due(Follower& follower) {
    const auto [place, is_new] = polls_.try_emplace(follower.results.get());
    Drawn& drawn = place->second;
    if (is_new) drawn.json = follower.results->json();
    if (drawn.json == follower.drawn) return nullptr;
    if (!drawn.event) drawn.event = event_of(follower.results->now());
    const Event& event = *drawn.event;
    if (event.is_end) return &event;
    if (event.id.empty()) return nullptr;
    follower.drawn = drawn.json;
    return std::exchange(follower.known, event.id) == event.id ? nullptr : &event;
  }

 private:
  struct Drawn {
    std::shared_ptr<const std::string> json;  // LiveResults::json(): another one after each change
    std::optional<Event> event;               // of that moment or a later one
  };

  std::map<const LiveResults*, Drawn> polls_;
};

}  // namespace

// Rounds on the first context's thread, while there are streams.
class EventStreams::State : public std::enable_shared_from_this<State> {
 public:
  State(IoThreads::Context& context, Options options)
      : context_(context), timer_(context), options_(std::move(options)) {}

  Result<void> open(const std::string& network) {
    const std::lock_guard lock(mutex_);
    if (ended_) return unavailable("The server is shutting down. Please try again.");
    const auto of_network = open_.find(network);
    if (size_ >= options_.max_at_once ||
        (of_network != open_.end() && of_network->second >= options_.max_of_network)) {
      ++rejected_;
      return full("There are too many streams of results already. Please try again later.");
    }
    ++open_[network];
    ++size_;
    return {};
  }

  void close(const Follower& follower) {
    const auto since = follower.taking_since.load();
    StreamEnd end = follower.end;
    const bool is_taking = since != StreamClock::time_point::max();
    if (end == StreamEnd::client_closed && is_taking && StreamClock::now() - since >= options_.slow)
      end = StreamEnd::too_slow;
    ++closed_[static_cast<std::size_t>(end)];
    {
      const std::lock_guard lock(mutex_);
      --size_;
      const auto of_network = open_.find(follower.network);
      if (--of_network->second == 0) open_.erase(of_network);
    }
    if (end == StreamEnd::too_slow && options_.on_slow)
      options_.on_slow(follower.results->id(), follower.network);
  }

  void wait(WaitingFollower waiting) {
    waiting.follower->taking_since = StreamClock::time_point::max();
    if (!std::exchange(waiting.follower->has_begun, true)) return begin(waiting);
    std::unique_lock lock(mutex_);
    if (ended_) {
      lock.unlock();
      return waiting.give_last(StreamEnd::draining, {});
    }
    waiting_.push_back(std::move(waiting));
    if (std::exchange(has_rounds_, true)) return;
    boost::asio::post(context_, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->schedule();
    });
  }

  void end() {
    std::unique_lock lock(mutex_);
    ended_ = true;
    const std::vector<WaitingFollower> ended = std::exchange(waiting_, {});
    lock.unlock();
    for (const WaitingFollower& each : ended) each.give_last(StreamEnd::draining, {});
  }

  // It outlives the last Metrics::text().
  void observe(telemetry::Metrics& metrics) {
    metrics.observed_gauge("pollux_result_streams", "Open streams of results (Server-Sent Events).", {},
                           [this] { return static_cast<double>(size()); });
    metrics.observed_counter("pollux_result_streams_rejected_total",
                             "Streams of results that were rejected, because there were too many.", {},
                             [this] { return static_cast<double>(rejected_); });
    for (std::size_t i = 0; i < stream_ends.size(); ++i) {
      metrics.observed_counter("pollux_result_streams_closed_total",
                               "Streams of results that ended, by reason. too_slow: the client did not read.",
                               {{"reason", std::string(stream_ends[i])}},
                               [this, i] { return static_cast<double>(closed_[i]); });
    }
  }

 private:
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return size_;
  }

  // At once, without a round.
  static void begin(const WaitingFollower& waiting) {
    std::string bytes(retry_line);
    EventRound round;
    const Event* const event = round.due(*waiting.follower);
    if (event != nullptr) bytes += event->text;
    if (event != nullptr && event->is_end) {
      waiting.give_last(StreamEnd::poll_removed, std::move(bytes));
    } else {
      waiting.give({.bytes = std::move(bytes)});
    }
  }

  // Whether it has got something.
  bool advance(const WaitingFollower& waiting, EventRound& round) const {
    if (const Event* const event = round.due(*waiting.follower)) {
      if (event->is_end) {
        waiting.give_last(StreamEnd::poll_removed, event->text);
      } else {
        waiting.give({.bytes = event->text});
      }
      return true;
    }
    if (StreamClock::now() - waiting.follower->sent_at < options_.heartbeat) return false;
    waiting.give({.bytes = ":\n\n"});
    return true;
  }

  void run_round() {
    std::unique_lock lock(mutex_);
    std::vector<WaitingFollower> waiting = std::exchange(waiting_, {});
    lock.unlock();
    EventRound round;
    std::vector<WaitingFollower> later;
    for (WaitingFollower& each : waiting) {
      if (!each.follower->is_open) continue;  // its client has disconnected
      if (!advance(each, round)) later.push_back(std::move(each));
    }
    waiting.clear();
    for (WaitingFollower& each : later) wait(std::move(each));
    lock.lock();
    has_rounds_ = !ended_ && (size_ > 0 || !waiting_.empty());
    const bool goes_on = has_rounds_;
    lock.unlock();
    if (goes_on) schedule();
  }

  void schedule() {
    timer_.expires_after(options_.period);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
      if (cancelled) return;
      if (const auto self = weak.lock()) self->run_round();
    });
  }

  IoThreads::Context& context_;
  boost::asio::steady_timer timer_;  // for the context's thread
  const Options options_;
  std::atomic<std::uint64_t> rejected_{0};
  std::array<std::atomic<std::uint64_t>, stream_ends.size()> closed_{};
  mutable std::mutex mutex_;  // guards what follows
  std::vector<WaitingFollower> waiting_;
  std::map<std::string, std::size_t> open_;  // by network
  std::size_t size_ = 0;
  bool has_rounds_ = false;
  bool ended_ = false;
};

class EventStreams::Stream final : public http::BodyStream {
 public:
  Stream(std::shared_ptr<State> state, std::shared_ptr<Follower> follower)
      : state_(std::move(state)), follower_(std::move(follower)) {}
  ~Stream() override {
    follower_->is_open = false;
    state_->close(*follower_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void next(http::NextPiece piece) override { state_->wait({follower_, std::move(piece)}); }

 private:
  const std::shared_ptr<State> state_;
  const std::shared_ptr<Follower> follower_;
};

EventStreams::EventStreams(IoThreads& threads, Options options, telemetry::Metrics& metrics)
    : state_(std::make_shared<State>(threads.context(0), std::move(options))) {
  state_->observe(metrics);
}

Result<std::shared_ptr<http::BodyStream>> EventStreams::begin(std::shared_ptr<const LiveResults> results,
                                                              const std::string& network, std::string known) {
  if (known.size() > max_id_length) known.clear();
  if (const auto opened = state_->open(network); !opened) return opened.error();
  return std::shared_ptr<http::BodyStream>(std::make_shared<Stream>(
      state_, std::make_shared<Follower>(std::move(results), network, std::move(known))));
}

void EventStreams::end() {
  state_->end();
}

}  // namespace pollux::result
