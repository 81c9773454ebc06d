#include "admin/result_streams.hpp"

#include <atomic>
#include <map>
#include <utility>

#include "admin/run_results.hpp"
#include "admin/services.hpp"

namespace pollux::admin {
namespace {

// What a poll looks like in one round.
struct Shown {
  std::string id;     // of the event; empty: it can't be read at present
  std::string event;  // the whole event
  bool is_gone = false;
};

Shown look_up(Services& services, const poll::PollId& id) {
  const auto poll = services.stores.polls->find(id);
  if (!poll) return {.is_gone = poll.error().code == poll::PollErrorCode::not_found};
  const poll::PollRun run{.run = poll->run,
                          .question = poll->content.question,
                          .opened_at = poll->opened_at,
                          .closed_at = poll->closed_at};
  const auto counted = count_run(*services.stores.tallies, *poll, run);
  if (!counted) return {};
  Shown shown{.id = std::to_string(poll->revision) + "." + std::to_string(counted->version)};
  shown.event = "id: " + shown.id + "\nevent: results\ndata: " + json_of(*poll, *counted) + "\n\n";
  return shown;
}

}  // namespace

struct ResultStreams::Follower {
  Follower(const poll::PollId& of, accounts::AccountTime begun, std::string known_id)
      : poll(of), begun_at(begun), known(std::move(known_id)), sent_at(begun) {}

  const poll::PollId poll;
  const accounts::AccountTime begun_at;
  std::string known;              // the id of the last event; as the next one, for the thread of the stores
  accounts::AccountTime sent_at;  // the last bytes
  bool has_begun = false;         // guarded by the mutex
  std::atomic<bool> is_open{true};
};

class ResultStreams::Stream final : public http::BodyStream {
 public:
  Stream(ResultStreams& streams, std::shared_ptr<Follower> follower)
      : streams_(streams), follower_(std::move(follower)) {}
  ~Stream() override {
    follower_->is_open = false;
    const std::lock_guard lock(streams_.mutex_);
    --streams_.open_;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void next(http::NextPiece piece) override { streams_.wait({follower_, std::move(piece)}); }

 private:
  ResultStreams& streams_;
  const std::shared_ptr<Follower> follower_;
};

ResultStreams::ResultStreams(telemetry::Metrics& metrics) {
  metrics.observed_gauge("pollux_admin_result_streams", "Open streams of results (Server-Sent Events).", {},
                         [this] {
                           const std::lock_guard lock(mutex_);
                           return static_cast<double>(open_);
                         });
}

ApiResult<std::shared_ptr<http::BodyStream>> ResultStreams::begin(const poll::PollId& poll, std::string known,
                                                                  accounts::AccountTime now) {
  const std::lock_guard lock(mutex_);
  if (ended_ || open_ >= max_at_once) {
    return Problem{
        503, "unavailable",
        "There are " + std::to_string(max_at_once) + " streams of results already. Try again later.",
        std::chrono::seconds(5)};
  }
  ++open_;
  return std::shared_ptr<http::BodyStream>(
      std::make_shared<Stream>(*this, std::make_shared<Follower>(poll, now, std::move(known))));
}

void ResultStreams::wait(Waiting waiting) {
  std::unique_lock lock(mutex_);
  if (ended_) {
    lock.unlock();
    return waiting.piece({.last = true});
  }
  const bool is_first = !std::exchange(waiting.follower->has_begun, true);
  waiting_.push_back(std::move(waiting));
  lock.unlock();
  if (is_first) wake_();
}

// Those whose clients have disconnected are destroyed by the caller, without the lock.
std::vector<ResultStreams::Waiting> ResultStreams::take_waiting() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void ResultStreams::advance(Services& services, accounts::AccountTime now) {
  std::vector<Waiting> round = take_waiting();
  std::map<poll::PollId, Shown> polls;  // of this round, each read once
  std::vector<Waiting> later;
  for (Waiting& each : round) {
    Follower& follower = *each.follower;
    if (!follower.is_open) continue;
    const auto [place, is_new] = polls.try_emplace(follower.poll);
    Shown& shown = place->second;
    if (is_new) shown = look_up(services, follower.poll);
    if (shown.is_gone) {
      each.piece({.bytes = "event: end\ndata: {}\n\n", .last = true});
    } else if (now - follower.begun_at >= longest) {
      each.piece({.last = true});
    } else if (!shown.id.empty() && shown.id != follower.known) {
      follower.known = shown.id;
      follower.sent_at = now;
      each.piece({.bytes = shown.event});
    } else if (now - follower.sent_at >= heartbeat) {
      follower.sent_at = now;
      each.piece({.bytes = ":\n\n"});
    } else {
      later.push_back(std::move(each));
    }
  }
  for (Waiting& each : later) wait(std::move(each));
}

void ResultStreams::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  for (const Waiting& each : take_waiting()) each.piece({.last = true});
}

}  // namespace pollux::admin
