#include "feed/postgres_tally_feed.hpp"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "base/backoff.hpp"
#include "feed/tally_notification_format.hpp"
#include "feed/tally_trace.hpp"

namespace pollux::feed {
namespace {

std::uint64_t unix_milliseconds() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count());
}

std::uint64_t voters_in(const poll::Tally& tally) {
  std::uint64_t sum = 0;
  for (const auto& [selection, count] : tally.counts) sum += count;
  return sum;
}

}  // namespace

class PostgresTallyFeed::Following : public Subscription {
 public:
  Following(PostgresTallyFeed& feed, poll::PollId poll, std::unique_ptr<Subscription> deliveries)
      : feed_(feed), poll_(std::move(poll)), deliveries_(std::move(deliveries)) {}

  ~Following() override {
    deliveries_.reset();
    feed_.leave(poll_);
  }

 private:
  PostgresTallyFeed& feed_;
  const poll::PollId poll_;
  std::unique_ptr<Subscription> deliveries_;
};

PostgresTallyFeed::PostgresTallyFeed(postgres::Url url, poll::TallyReader& tallies, Options options,
                                     StateChanged state_changed, PollChanged poll_changed)
    : url_(std::move(url)),
      tallies_(tallies),
      options_(options),
      state_changed_(std::move(state_changed)),
      poll_changed_(std::move(poll_changed)),
      live_(unavailable("The database has not been read yet.")) {}

PostgresTallyFeed::~PostgresTallyFeed() {
  stop();
}

void PostgresTallyFeed::start() {
  thread_ = std::thread([this] { run(); });
}

void PostgresTallyFeed::stop() {
  stop_.raise();
  wake_.raise();
  if (thread_.joinable()) thread_.join();
}

std::unique_ptr<poll::TallyFeed::Subscription> PostgresTallyFeed::subscribe(const poll::PollId& poll,
                                                                            Listener listener) {
  auto deliveries = followers_.subscribe(poll, std::move(listener));
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    Reading& reading = readings_[poll];
    first = ++reading.followers == 1;
    if (first) reading.due = {};
  }
  if (first) wake_.raise();
  return std::make_unique<Following>(*this, poll, std::move(deliveries));
}

void PostgresTallyFeed::leave(const poll::PollId& poll) {
  const std::lock_guard lock(mutex_);
  --readings_.at(poll).followers;
}

Result<void> PostgresTallyFeed::state() const {
  const std::lock_guard lock(mutex_);
  if (!live_ || readings_.empty()) return live_;
  const auto fails = [](const auto& entry) { return entry.second.failure.has_value(); };
  if (std::ranges::all_of(readings_, fails)) return *readings_.begin()->second.failure;
  return {};
}

void PostgresTallyFeed::run() {
  Backoff backoff(options_.first_pause, options_.longest_pause, std::random_device()());
  while (!stop_.raised()) {
    if (auto connection = listen()) {
      backoff.reset();
      follow(*connection);
    } else {
      set_state(connection.error());
    }
    wait_for(-1, 0, WaitLimit::in(backoff.next(), &stop_));
  }
}

Result<postgres::Connection> PostgresTallyFeed::listen() {
  listening_.set_disconnected();
  const auto limit = WaitLimit::in(options_.call_limit, &stop_);
  auto connection = postgres::Connection::open(url_, limit);
  if (!connection) return connection;
  const std::string listen = std::string("LISTEN ") + tally_channel + "; LISTEN " + details_channel;
  if (auto done = connection->execute(listen, limit); !done) return done.error();
  connection->report_to(listening_);
  return connection;
}

// Until the feed ends or the database fails. Reads every poll first: there were no notifications before
// LISTEN.
void PostgresTallyFeed::follow(postgres::Connection& connection) {
  mark_all_due();
  while (!stop_.raised()) {
    if (auto read = read_due(); !read) return set_state(read.error());
    set_state({});
    if (auto waited = wait_for_hints(connection); !waited) return set_state(waited.error());
  }
}

Result<void> PostgresTallyFeed::wait_for_hints(postgres::Connection& connection) {
  const auto notifications =
      connection.wait_notifications({.deadline = next_due(), .interrupt = wake_.descriptor()});
  wake_.clear();
  if (!notifications) return notifications.error();
  for (const postgres::Notification& notification : *notifications) {
    if (notification.channel == details_channel) {
      take_details(notification.payload);
    } else if (const auto poll = poll::PollId::parse(notification.payload)) {
      mark_due(*poll);
    }
  }
  return {};
}

PostgresTallyFeed::Clock::time_point PostgresTallyFeed::next_due() const {
  const std::lock_guard lock(mutex_);
  auto next = Clock::now() + options_.reread_period;
  for (const auto& [poll, reading] : readings_) next = std::min(next, reading.due);
  return next;
}

void PostgresTallyFeed::mark_due(const poll::PollId& poll) {
  const std::lock_guard lock(mutex_);
  const auto followed = readings_.find(poll);
  if (followed == readings_.end()) return;
  Reading& reading = followed->second;
  reading.due = std::min(reading.due, reading.last + options_.min_reread_gap);
}

// The notification of the changed tally comes, too.
void PostgresTallyFeed::take_details(std::string_view payload) {
  const auto changed = decode_details(payload);
  if (!changed) return;
  const std::lock_guard lock(mutex_);
  const auto followed = readings_.find(changed->poll);
  if (followed == readings_.end()) return;
  Reading& reading = followed->second;
  reading.times.add(changed->times);
  if (changed->trace.sampled && reading.traces.size() < max_traces) reading.traces.push_back(changed->trace);
}

// After the feed was not connected, or not yet.
void PostgresTallyFeed::mark_all_due() {
  const std::lock_guard lock(mutex_);
  for (auto& [poll, reading] : readings_) {
    reading.due = {};
    reading.missed_notifications = true;
  }
}

// On the thread alone, so that a reading that has begun finds it at the end.
void PostgresTallyFeed::remove_unfollowed() {
  std::vector<poll::PollId> failed;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(readings_, [&](const auto& entry) {
      const auto& [poll, reading] = entry;
      if (reading.followers > 0) return false;
      if (reading.failure) failed.push_back(poll);
      return true;
    });
  }
  if (!poll_changed_ || stop_.raised()) return;
  for (const poll::PollId& poll : failed) poll_changed_(poll, {});  // it affects no one any more
}

Result<void> PostgresTallyFeed::read_due() {
  remove_unfollowed();
  std::vector<poll::PollId> due;
  {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    for (auto& [poll, reading] : readings_) {
      if (reading.due > now) continue;
      reading.last = now;
      reading.due = now + options_.reread_period;
      due.push_back(poll);
    }
  }
  for (auto rest = std::span<const poll::PollId>(due); !rest.empty();) {
    const auto next = rest.first(std::min(rest.size(), max_polls_per_read));
    if (auto done = read(next); !done) return done;
    rest = rest.subspan(next.size());
  }
  return {};
}

Result<void> PostgresTallyFeed::read(std::span<const poll::PollId> polls) {
  std::vector<TallyReadTrace> traces;  // end with this call
  traces.reserve(polls.size());
  for (const poll::PollId& poll : polls) traces.emplace_back(options_.tracer, take_traces(poll));
  auto tallies = tallies_.tallies(polls);
  for (std::size_t i = 0; i < polls.size(); ++i) traces[i].end_read(tallies[i]);
  for (std::size_t i = 0; i < polls.size(); ++i) {
    if (auto done = deliver(polls[i], tallies[i]); !done) return done;
  }
  return {};
}

Result<void> PostgresTallyFeed::deliver(const poll::PollId& poll, const Result<poll::Tally>& tally) {
  if (!tally && tally.error().code == ErrorCode::unavailable) return tally.error();
  set_failure(poll, tally ? std::nullopt : std::optional(tally.error()));
  if (tally) followers_.update(*tally, take_times(*tally));
  return {};
}

std::vector<tracing::SpanContext> PostgresTallyFeed::take_traces(const poll::PollId& poll) {
  const std::lock_guard lock(mutex_);
  return std::exchange(readings_[poll].traces, {});
}

// How many votes were recorded while the feed was not connected follows from the tally for first votes; of
// changed votes it is only known that there are some. If a notification of the same votes comes after all,
// they have been counted.
poll::VoteTimes PostgresTallyFeed::take_times(const poll::Tally& tally) {
  const std::lock_guard lock(mutex_);
  Reading& reading = readings_[tally.poll];
  poll::VoteTimes times = std::exchange(reading.times, {});
  Delivered now{.version = tally.version, .voters = voters_in(tally), .at = unix_milliseconds()};
  if (reading.delivered && tally.version <= reading.delivered->version) {
    if (reading.delivered->estimated) times = {};
    now.estimated = reading.delivered->estimated;
  } else if (reading.delivered && reading.missed_notifications) {
    const std::uint64_t more = now.voters - std::min(now.voters, reading.delivered->voters);
    const std::uint64_t missed = std::max<std::uint64_t>(more, 1);
    times.add(reading.delivered->at, missed - std::min(missed, times.votes()));
    now.estimated = true;
  }
  reading.missed_notifications = false;
  reading.delivered = now;
  return times;
}

void PostgresTallyFeed::set_failure(const poll::PollId& poll, std::optional<Error> failure) {
  const Result<void> readable = failure ? Result<void>(*failure) : Result<void>();
  {
    const std::lock_guard lock(mutex_);
    Reading& reading = readings_[poll];
    const bool changed = failure.has_value() != reading.failure.has_value();
    reading.failure = std::move(failure);
    if (!changed) return;
  }
  if (poll_changed_ && !stop_.raised()) poll_changed_(poll, readable);
}

void PostgresTallyFeed::set_state(Result<void> live) {
  {
    const std::lock_guard lock(mutex_);
    const bool changed = live.has_value() != live_.has_value();
    live_ = live;
    if (!changed) return;
  }
  if (state_changed_ && !stop_.raised()) state_changed_(live);
}

}  // namespace pollux::feed
