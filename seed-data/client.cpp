#include "seed-data/client.hpp"

#include <random>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "seed-data/vote_page.hpp"

namespace pollux::seed {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

std::string status_message(unsigned status) {
  return "The service answered with status " + std::to_string(status) + ".";
}

// The page of a service that limits the new voters of a network.
bool has_no_voter_yet(const Response& page) {
  return page.status == 200 && page.voter.empty() && page.retry_after.has_value();
}

}  // namespace

Client::Client(asio::io_context& context, Run& run, Shard& shard)
    : run_(run),
      shard_(shard),
      connection_(context, run.options.url, run.options.response_timeout),
      timer_(context),
      seed_(std::random_device()()) {}

asio::awaitable<bool> Client::find_service(Clock::time_point deadline) {
  constexpr auto pause = 200ms;
  while (!shard_.stopping) {
    Delivery ignored;
    const auto response = co_await attempt(run_.requests.page(), Method::get, ignored);
    if (response && response->status == 200) co_return true;
    run_.last_error.set(response ? status_message(response->status) : response.error().message);
    if (Clock::now() + pause > deadline) break;
    co_await sleep_until(Clock::now() + pause);
  }
  co_return false;
}

asio::awaitable<void> Client::vote_until_done() {
  while (!shard_.stopping) {
    const auto turn = run_.schedule.next(Clock::now());
    if (!turn) break;
    co_await deliver(*turn);
  }
}

asio::awaitable<void> Client::deliver(Schedule::Turn turn) {
  std::string voter;
  if (!run_.options.anonymous) {
    auto cookie = co_await new_voter();
    if (!cookie) co_return;  // never sent
    voter = *std::move(cookie);
  }
  if (turn.due) co_await sleep_until(*turn.due);
  if (shard_.stopping) co_return;

  const std::size_t option = run_.plan.option_of(turn.vote);
  run_.requests.vote(option, voter, request_);
  const auto since = turn.due.value_or(Clock::now());
  count(co_await send_with_retries(request_, Method::post), option, since);
}

asio::awaitable<std::optional<std::string>> Client::new_voter() {
  const Delivery delivery = co_await send_with_retries(run_.requests.identity(), Method::head);
  if (!delivery.response) co_return std::nullopt;
  if (delivery.response->status == 200 && !delivery.response->voter.empty())
    co_return delivery.response->voter;
  run_.last_error.set(delivery.response->status == 200 ? "The page sets no cookie voter_id, which is needed "
                                                         "to repeat a vote safely. Use --anonymous to vote "
                                                         "without one."
                                                       : status_message(delivery.response->status));
  run_.stop();
  co_return std::nullopt;
}

asio::awaitable<Client::Delivery> Client::send_with_retries(std::string_view request, Method method) {
  const auto end = Clock::now() + run_.options.give_up_after;
  Delivery delivery;
  std::optional<Backoff> backoff;  // made after a failure: seeding it takes time
  for (;;) {
    auto response = co_await attempt(request, method, delivery);
    if (!response) run_.last_error.set(response.error().message);
    if (response && response->status != 200) run_.last_error.set(status_message(response->status));
    const bool once = run_.options.anonymous && (response || delivery.uncertain);
    const bool is_limited = response && method == Method::head && has_no_voter_yet(*response);
    if (is_limited)
      run_.last_error.set("The service limits the new voters of this network (new-voter-rate).");
    if (response && (once || (!is_limited && !may_succeed_later(response->status)))) {
      delivery.response = *std::move(response);
      co_return delivery;
    }
    if (once || shard_.stopping) co_return delivery;
    if (Clock::now() >= end) {
      run_.stop();
      co_return delivery;
    }
    if (!backoff) backoff = retry_backoff(seed_++);
    std::optional<std::chrono::seconds> retry_after;
    if (response) retry_after = response->retry_after;
    const auto pause = pause_before_retry(*backoff, retry_after);
    co_await wait_before_retry(pause);
    if (shard_.stopping) co_return delivery;
    if (method == Method::post) ++shard_.outcomes.sent_again;
  }
}

asio::awaitable<Result<Response>> Client::attempt(std::string_view request, Method method,
                                                  Delivery& delivery) {
  if (auto opened = co_await connection_.open(); !opened) co_return opened.error();
  const bool counts = method == Method::post;
  if (counts) ++shard_.unanswered;
  auto response = co_await connection_.exchange(request, method);
  if (counts) --shard_.unanswered;
  if (!response) delivery.uncertain = true;
  co_return response;
}

asio::awaitable<void> Client::wait_before_retry(std::chrono::milliseconds pause) {
  shard_.waiting.fetch_add(1, std::memory_order_relaxed);
  co_await sleep_until(Clock::now() + pause);
  shard_.waiting.fetch_sub(1, std::memory_order_relaxed);
}

asio::awaitable<void> Client::sleep_until(Clock::time_point time) {
  if (shard_.stopping || time <= Clock::now()) co_return;
  boost::system::error_code woken;
  timer_.expires_at(time);
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

void Client::count(const Delivery& delivery, std::size_t option, Clock::time_point since) {
  Outcomes& outcomes = shard_.outcomes;
  if (delivery.response && delivery.response->status == 200) {
    ++outcomes.accepted[option];
    outcomes.latencies.record(Clock::now() - since);
    shard_.accepted.fetch_add(1, std::memory_order_relaxed);
  } else if (delivery.response) {
    ++outcomes.rejected[delivery.response->status];
  } else {
    ++(delivery.uncertain ? outcomes.unknown : outcomes.given_up);
  }
}

}  // namespace pollux::seed
