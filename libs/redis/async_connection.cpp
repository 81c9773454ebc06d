#include "redis/async_connection.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.hpp"
#include "redis/dialer.hpp"
#include "redis/error.hpp"
#include "redis/server_check.hpp"
#include "redis/tls.hpp"

namespace pollux::redis {
namespace {

using std::chrono::milliseconds;

std::uint32_t random_seed() {
  return std::bit_cast<std::uint32_t>(random_bytes<4>());
}

}  // namespace

AsyncConnection::AsyncConnection(boost::asio::io_context& context, Options options)
    : context_(context),
      options_(std::move(options)),
      tls_files_(std::make_unique<TlsContextLoader>(options_.url)),
      backoff_(options_.first_wait, options_.longest_wait, random_seed()),
      timer_(context),
      is_alive_(std::make_shared<bool>(true)),
      trouble_(unavailable("Redis at " + options_.url.text() + " is not connected yet.")) {}

AsyncConnection::~AsyncConnection() {
  is_alive_.reset();
  timer_.cancel();
  if (dialer_) dialer_->cancel();
  if (session_) session_->end(unavailable("The service is stopping."));
}

void AsyncConnection::start() {
  dial();
  tick();
}

void AsyncConnection::command(const EncodedCommand& command, Answer done) {
  if (!ready_) return done(state().error());
  if (in_flight() >= options_.max_in_flight) {
    return done(full("Redis at " + options_.url.text() + " already has " +
                     std::to_string(options_.max_in_flight) + " commands to answer. Try again in a moment."));
  }
  session_->send(command, std::move(done), Clock::now() + options_.deadline);
}

void AsyncConnection::send_aside(const EncodedCommand& command, Answer done) {
  if (!ready_) return done(state().error());
  send_uncounted(command, std::move(done), Clock::now(), Session::Notify::answer_only);
}

Result<void> AsyncConnection::state() const {
  const std::lock_guard lock(mutex_);
  if (trouble_) return *trouble_;
  return {};
}

Result<void> AsyncConnection::keeps_data_when_full() const {
  const std::lock_guard lock(mutex_);
  if (may_evict_) return *may_evict_;
  return {};
}

void AsyncConnection::set_trouble(std::optional<Error> trouble) {
  const std::lock_guard lock(mutex_);
  trouble_ = std::move(trouble);
}

void AsyncConnection::dial() {
  dial_until_ = Clock::now() + options_.deadline;
  dialer_ = std::make_shared<Dialer>(
      context_, options_.url, *tls_files_,
      [this](Result<std::unique_ptr<Channel>> channel) { on_dialed(std::move(channel)); });
  dialer_->start();
}

void AsyncConnection::on_dialed(Result<std::unique_ptr<Channel>> channel) {
  dialer_.reset();
  if (!channel) return fail(channel.error());
  session_ =
      std::make_shared<Session>(std::move(*channel), options_.url, static_cast<Session::Owner&>(*this));
  session_->start();
  first_replies_left_ = 0;
  for (const EncodedCommand& command : options_.keepalive) send_first(command);
  if (options_.keepalive.empty()) send_first({"PING"});
}

void AsyncConnection::send_first(const EncodedCommand& command) {
  ++first_replies_left_;
  const auto on_reply = [this](const Result<Reply>& reply) {
    if (!session_) return;
    if (!reply) return std::shared_ptr(session_)->end(reply.error());
    if (--first_replies_left_ > 0) return;
    ready_ = true;
    query_memory_policy(Clock::now());
    next_keepalive_ = Clock::now() + options_.keepalive_period;
    ++connections_;
    set_trouble(std::nullopt);
  };
  session_->send(command, on_reply, Clock::now() + options_.deadline);
}

void AsyncConnection::on_reply() {
  if (!ready_) return;
  backoff_.reset();
  if (std::exchange(last_failed_, false)) set_trouble(std::nullopt);
}

void AsyncConnection::on_error_reply(const Error& error) {
  last_failed_ = true;
  set_trouble(error);
}

void AsyncConnection::on_end(const Error& reason) {
  session_.reset();
  fail(reason);
}

void AsyncConnection::fail(const Error& reason) {
  ready_ = false;
  last_failed_ = false;
  // The same may always succeed on the next connection, also what was `internal` on this one.
  set_trouble(unavailable(reason.message));
  next_dial_ = Clock::now() + backoff_.next();
}

void AsyncConnection::tick() {
  timer_.expires_after(std::clamp(options_.deadline / 8, milliseconds(5), milliseconds(100)));
  timer_.async_wait([this, alive = std::weak_ptr(is_alive_)](const boost::system::error_code&) {
    if (alive.expired()) return;
    check_deadlines(Clock::now());
    tick();
  });
}

void AsyncConnection::check_deadlines(Clock::time_point now) {
  if (dialer_) {
    if (now < dial_until_) return;
    const Error late = dialer_->timed_out(options_.deadline);
    std::exchange(dialer_, nullptr)->cancel();
    return fail(late);
  }
  if (!session_) {
    if (now >= next_dial_) dial();
    return;
  }
  if (session_->overdue(now)) {
    const auto session = session_;
    return session->end(no_answer(options_.url, options_.deadline));
  }
  if (ready_ && now >= next_keepalive_) send_keepalive(now);
}

void AsyncConnection::query_memory_policy(Clock::time_point now) {
  const auto on_reply = [this](const Result<Reply>& reply) {
    if (!session_) return;
    // Some users and providers do not allow INFO: that counts as yes.
    const auto checked = reply ? redis::keeps_data_when_full(options_.url, *reply) : Result<void>();
    const std::lock_guard lock(mutex_);
    may_evict_ = checked ? std::nullopt : std::optional(checked.error());
  };
  send_uncounted({"INFO", "memory"}, on_reply, now, Session::Notify::answer_only);
}

void AsyncConnection::send_uncounted(const EncodedCommand& command, Answer done, Clock::time_point now,
                                     Session::Notify notify) {
  ++uncounted_;
  const auto on_reply = [this, done = std::move(done)](const Result<Reply>& reply) {
    --uncounted_;
    done(reply);
  };
  session_->send(command, on_reply, now + options_.deadline, notify);
}

void AsyncConnection::send_keepalive(Clock::time_point now) {
  query_memory_policy(now);
  next_keepalive_ = now + options_.keepalive_period;
  // An error reply shows in state(): see on_error_reply.
  const auto ignore = [](const Result<Reply>&) {};
  for (const EncodedCommand& command : options_.keepalive) send_uncounted(command, ignore, now);
  if (options_.keepalive.empty()) send_uncounted({"PING"}, ignore, now);
}

}  // namespace pollux::redis
