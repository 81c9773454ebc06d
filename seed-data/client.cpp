#include "seed-data/client.hpp"

#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "seed-data/retry_policy.hpp"

namespace pollux::seed {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

std::string status_sentence(unsigned status) {
  return "The service answered with status " + std::to_string(status) + ".";
}

}  // namespace

Client::Client(asio::io_context& context, Run& run, Shard& shard)
    : run_(run),
      shard_(shard),
      connection_(context, run.options.url, run.options.answer_time),
      timer_(context),
      random_(std::random_device()()) {}

asio::awaitable<bool> Client::find_service(Clock::time_point deadline) {
  constexpr auto pause = 200ms;
  while (!shard_.stopping) {
    Ending ignored;
    const auto answer = co_await attempt(run_.requests.page(), Method::get, ignored);
    if (answer && answer->status == 200) co_return true;
    run_.trouble.set(answer ? status_sentence(answer->status) : answer.error().message);
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
  count(co_await insist(request_, Method::post), option, since);
}

asio::awaitable<std::optional<std::string>> Client::new_voter() {
  const Ending ending = co_await insist(run_.requests.identity(), Method::head);
  if (!ending.answer) co_return std::nullopt;
  if (ending.answer->status == 200 && !ending.answer->voter.empty()) co_return ending.answer->voter;
  run_.trouble.set(
      ending.answer->status == 200
          ? "The page gives no cookie voter_id, by which a vote could be sent again; --anonymous votes "
            "without."
          : status_sentence(ending.answer->status));
  run_.stop();
  co_return std::nullopt;
}

asio::awaitable<Client::Ending> Client::insist(std::string_view request, Method method) {
  const auto end = Clock::now() + run_.options.give_up_after;
  Ending ending;
  for (unsigned failures = 1;; ++failures) {
    auto answer = co_await attempt(request, method, ending);
    if (!answer) run_.trouble.set(answer.error().message);
    if (answer && answer->status != 200) run_.trouble.set(status_sentence(answer->status));
    const bool once = run_.options.anonymous && (answer || ending.uncertain);
    if (answer && (once || !may_succeed_later(answer->status))) {
      ending.answer = *std::move(answer);
      co_return ending;
    }
    if (once || shard_.stopping) co_return ending;
    if (Clock::now() >= end) {
      run_.stop();
      co_return ending;
    }
    std::optional<std::chrono::seconds> asked;
    if (answer) asked = answer->retry_after;
    co_await wait_to_try_again(failures, asked);
    if (shard_.stopping) co_return ending;
    if (method == Method::post) ++shard_.outcomes.sent_again;
  }
}

asio::awaitable<Result<Answer>> Client::attempt(std::string_view request, Method method, Ending& ending) {
  if (auto opened = co_await connection_.open(); !opened) co_return opened.error();
  const bool counts = method == Method::post;
  if (counts) ++shard_.unanswered;
  auto answer = co_await connection_.ask(request, method);
  if (counts) --shard_.unanswered;
  if (!answer) ending.uncertain = true;
  co_return answer;
}

asio::awaitable<void> Client::wait_to_try_again(unsigned failures,
                                                std::optional<std::chrono::seconds> asked) {
  const double random = std::uniform_real_distribution<>(0, 1)(random_);
  shard_.waiting.fetch_add(1, std::memory_order_relaxed);
  co_await sleep_until(Clock::now() + pause_after(failures, asked, random));
  shard_.waiting.fetch_sub(1, std::memory_order_relaxed);
}

asio::awaitable<void> Client::sleep_until(Clock::time_point time) {
  if (shard_.stopping || time <= Clock::now()) co_return;
  boost::system::error_code woken;
  timer_.expires_at(time);
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

void Client::count(const Ending& ending, std::size_t option, Clock::time_point since) {
  Outcomes& outcomes = shard_.outcomes;
  if (ending.answer && ending.answer->status == 200) {
    ++outcomes.accepted[option];
    outcomes.latencies.record(Clock::now() - since);
    shard_.accepted.fetch_add(1, std::memory_order_relaxed);
  } else if (ending.answer) {
    ++outcomes.rejected[ending.answer->status];
  } else {
    ++(ending.uncertain ? outcomes.unknown : outcomes.given_up);
  }
}

}  // namespace pollux::seed
