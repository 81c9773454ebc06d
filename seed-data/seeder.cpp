#include "seed-data/seeder.hpp"

#include <atomic>
#include <cerrno>
#include <exception>
#include <random>
#include <system_error>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/io_threads.hpp"
#include "seed-data/client.hpp"

namespace pollux::seed {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A descriptor that becomes readable once.
class Flag {
 public:
  Flag() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Flag() { ::close(descriptor_); }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;

  int descriptor() const { return descriptor_; }
  void raise() const { ::eventfd_write(descriptor_, 1); }

 private:
  int descriptor_;
};

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

// An exception here is a broken invariant: it terminates the process.
void rethrow(const std::exception_ptr& exception) {
  if (exception) std::rethrow_exception(exception);
}

}  // namespace

class Seeder::Parts {
 public:
  explicit Parts(const Options& options)
      : run_{.options = options,
             .plan = VotePlan(options.votes, random_seed()),
             .requests = Requests(options.url, run_.plan),
             .schedule = Schedule(pace_of(options)),
             .stop = [this] { stop(); }},
        threads_(std::min(options.threads, options.concurrency)) {
    for (std::size_t i = 0; i < threads_.size(); ++i)
      shards_.push_back(std::make_unique<Shard>(run_.plan.options()));
    for (std::size_t i = 0; i < options.concurrency; ++i)
      clients_.push_back(std::make_unique<Client>(context_of(i), run_, *shards_[i % shards_.size()]));
    running_ = clients_.size();
    for (std::size_t i = 0; i < threads_.size(); ++i) asio::co_spawn(threads_.context(i), sweep(i), rethrow);
    asio::co_spawn(context_of(0), begin(), rethrow);
    threads_.start();
  }

  ~Parts() { threads_.stop(); }

  State state() const { return state_; }
  std::string last_error() const { return run_.last_error.text(); }
  int end_descriptor() const { return end_.descriptor(); }

  Progress progress() const {
    const Pace pace = pace_of(run_.options);
    Progress progress{.wanted = pace.votes, .time = pace.time};
    for (const auto& shard : shards_) {
      progress.accepted += shard->accepted.load(std::memory_order_relaxed);
      progress.waiting += shard->waiting.load(std::memory_order_relaxed);
    }
    if (state_ == State::voting) progress.elapsed = Clock::now() - run_.schedule.start();
    return progress;
  }

  void stop() {
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      asio::post(threads_.context(i), [this, i] {
        shards_[i]->stopping = true;
        for (std::size_t client = i; client < clients_.size(); client += shards_.size())
          clients_[client]->wake();
      });
    }
  }

  Report finish() {
    const auto now = Clock::now();
    threads_.stop();
    const bool begun = state_ == State::voting || state_ == State::over;
    Report report{.wanted = pace_of(run_.options).votes,
                  .rate = run_.options.rate,
                  .last_error = run_.last_error.text(),
                  .outcomes = Outcomes(run_.plan.options())};
    if (begun) report.elapsed = (state_ == State::over ? end_time_ : now) - run_.schedule.start();
    for (std::size_t i = 0; i < run_.plan.options(); ++i) report.options.push_back(run_.plan.option_id(i));
    for (const auto& shard : shards_) {
      report.outcomes.add(shard->outcomes);
      report.outcomes.unknown += shard->unanswered;
    }
    return report;
  }

 private:
  IoThreads::Context& context_of(std::size_t client) { return threads_.context(client % threads_.size()); }

  asio::awaitable<void> begin() {
    if (!co_await clients_.front()->find_service(Clock::now() + run_.options.wait)) {
      end(State::not_found);
      co_return;
    }
    run_.last_error.set("");
    run_.schedule.begin(Clock::now());
    state_ = State::voting;
    for (std::size_t i = 0; i < clients_.size(); ++i)
      asio::co_spawn(context_of(i), vote(*clients_[i]), rethrow);
  }

  asio::awaitable<void> vote(Client& client) {
    co_await client.vote_until_done();
    if (--running_ == 0) end(State::over);
  }

  asio::awaitable<void> sweep(std::size_t shard) {
    asio::steady_timer timer(threads_.context(shard));
    for (;;) {
      timer.expires_after(100ms);
      co_await timer.async_wait(asio::use_awaitable);
      for (std::size_t client = shard; client < clients_.size(); client += shards_.size())
        clients_[client]->sweep(Clock::now());
    }
  }

  void end(State state) {
    end_time_ = Clock::now();
    state_ = state;
    end_.raise();
  }

  Run run_;
  Flag end_;
  std::atomic<State> state_ = State::waiting;
  std::atomic<std::size_t> running_ = 0;
  Clock::time_point end_time_;
  IoThreads threads_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::unique_ptr<Client>> clients_;
};

Seeder::Seeder(const Options& options) : parts_(std::make_unique<Parts>(options)) {}
Seeder::~Seeder() = default;

Seeder::State Seeder::state() const {
  return parts_->state();
}
std::string Seeder::last_error() const {
  return parts_->last_error();
}
Progress Seeder::progress() const {
  return parts_->progress();
}
int Seeder::end_descriptor() const {
  return parts_->end_descriptor();
}
void Seeder::stop() {
  parts_->stop();
}
Report Seeder::finish() {
  return parts_->finish();
}

}  // namespace pollux::seed
