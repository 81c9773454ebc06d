#include "postgres/connection.hpp"

#include <utility>

#include <libpq-fe.h>
#include <poll.h>

#include "postgres/dial.hpp"
#include "postgres/error.hpp"

namespace pollux {
namespace {

constexpr std::size_t notices_at_most = 100;
constexpr std::string_view read_only = "25006";

struct FreeNotification {
  void operator()(PGnotify* notification) const { PQfreemem(notification); }
};

std::string field(const PGresult* result, int code) {
  const char* text = result == nullptr ? nullptr : PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

}  // namespace

struct PostgresConnection::State {
  explicit State(PostgresUrl at) : url(std::move(at)) {}

  PostgresUrl url;
  PostgresHandle connection;
  std::string sql_state;
  std::vector<std::string> notices;

  static void take_notice(void* state, const PGresult* notice) {
    auto& notices = static_cast<State*>(state)->notices;
    if (notices.size() == notices_at_most) notices.erase(notices.begin());
    notices.push_back(field(notice, PG_DIAG_MESSAGE_PRIMARY));
  }
};

PostgresConnection::PostgresConnection(std::unique_ptr<State> state) : state_(std::move(state)) {}
PostgresConnection::PostgresConnection(PostgresConnection&&) noexcept = default;
PostgresConnection& PostgresConnection::operator=(PostgresConnection&&) noexcept = default;
PostgresConnection::~PostgresConnection() = default;

Result<PostgresConnection> PostgresConnection::open(const PostgresUrl& url, const WaitLimit& limit) {
  auto connected = dial(url, limit);
  if (!connected) return connected.error();
  PostgresConnection opened(std::make_unique<State>(url));
  opened.state_->connection = std::move(*connected);
  PQsetNoticeReceiver(opened.state_->connection.get(), State::take_notice, opened.state_.get());
  return opened;
}

bool PostgresConnection::usable() const {
  return PQstatus(state_->connection.get()) == CONNECTION_OK;
}

Result<PostgresRows> PostgresConnection::execute(const std::string& sql, const WaitLimit& limit) {
  return answer(usable() && PQsendQuery(state_->connection.get(), sql.c_str()) == 1, limit);
}

Result<PostgresRows> PostgresConnection::execute(const std::string& sql, const PostgresParameters& parameters,
                                                 const WaitLimit& limit) {
  const auto arrays = parameters.arrays();
  return answer(usable() && PQsendQueryParams(state_->connection.get(), sql.c_str(),
                                              static_cast<int>(parameters.size()), arrays.types.data(),
                                              arrays.values.data(), arrays.lengths.data(),
                                              arrays.formats.data(), 0 /* answers as text */) == 1,
                limit);
}

Result<void> PostgresConnection::prepare(const std::string& name, const std::string& sql,
                                         const WaitLimit& limit) {
  const auto done = answer(
      usable() && PQsendPrepare(state_->connection.get(), name.c_str(), sql.c_str(), 0, nullptr) == 1, limit);
  if (!done) return done.error();
  return {};
}

Result<PostgresRows> PostgresConnection::execute_prepared(const std::string& name,
                                                          const PostgresParameters& parameters,
                                                          const WaitLimit& limit) {
  const auto arrays = parameters.arrays();
  return answer(usable() && PQsendQueryPrepared(state_->connection.get(), name.c_str(),
                                                static_cast<int>(parameters.size()), arrays.values.data(),
                                                arrays.lengths.data(), arrays.formats.data(), 0) == 1,
                limit);
}

const std::string& PostgresConnection::sql_state() const {
  return state_->sql_state;
}

Result<PostgresRows> PostgresConnection::answer(bool sent, const WaitLimit& limit) {
  PGconn* connection = state_->connection.get();
  if (!sent) return failure();
  if (auto flushed = flush(limit); !flushed) return flushed.error();
  std::unique_ptr<PGresult, decltype(&PQclear)> last(nullptr, &PQclear);
  for (;;) {
    // Where nothing more can be read PQgetResult() has the reason, without waiting.
    while (PQisBusy(connection) == 1) {
      if (auto ready = wait(POLLIN, limit); !ready) return ready.error();
      if (PQconsumeInput(connection) == 0) break;
    }
    PGresult* result = PQgetResult(connection);
    if (result == nullptr) break;
    // Of several statements those after a failed one are not run; a lost connection may follow it.
    const bool failed = last != nullptr && PQresultStatus(last.get()) == PGRES_FATAL_ERROR;
    if (failed) {
      PQclear(result);
    } else {
      last.reset(result);
    }
  }
  const auto status = PQresultStatus(last.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
    return failure_of(last.get());
  }
  state_->sql_state.clear();
  return PostgresRows(last.release());
}

Result<void> PostgresConnection::flush(const WaitLimit& limit) {
  PGconn* connection = state_->connection.get();
  for (;;) {
    const int left = PQflush(connection);
    if (left == 0) return {};
    if (left < 0) return failure();
    // The server may want to be read before it reads on.
    if (auto ready = wait(POLLIN | POLLOUT, limit); !ready) return ready.error();
    if (PQconsumeInput(connection) == 0) return failure();
  }
}

Result<void> PostgresConnection::wait(short events, const WaitLimit& limit) {
  const Wake wake = wait_for(socket(), events, limit);
  if (wake == Wake::ready) return {};
  state_->sql_state.clear();
  state_->connection.reset();
  return wait_ended(wake, state_->url);
}

Result<std::vector<PostgresNotification>> PostgresConnection::wait_notifications(const WaitLimit& limit) {
  for (;;) {
    auto come = notifications();
    if (!come || !come->empty()) return come;
    if (wait_for(socket(), POLLIN, limit) != Wake::ready) return come;
  }
}

Result<std::vector<PostgresNotification>> PostgresConnection::notifications() {
  PGconn* connection = state_->connection.get();
  if (!usable() || PQconsumeInput(connection) == 0) return failure();
  std::vector<PostgresNotification> come;
  for (;;) {
    const std::unique_ptr<PGnotify, FreeNotification> next(PQnotifies(connection));
    if (!next) return come;
    come.push_back({next->relname, next->extra});
  }
}

int PostgresConnection::socket() const {
  return PQsocket(state_->connection.get());
}

std::vector<std::string> PostgresConnection::take_notices() {
  return std::exchange(state_->notices, {});
}

int PostgresConnection::announced_process() const {
  return PQbackendPID(state_->connection.get());
}

const std::string& PostgresConnection::database() const {
  return state_->url.text();
}

Error PostgresConnection::failure() {
  return connection_failure(state_->connection.get(), state_->url, &state_->sql_state);
}

Error PostgresConnection::failure_of(const pg_result* result) {
  state_->sql_state = field(result, PG_DIAG_SQLSTATE);
  if (state_->sql_state.empty()) return failure();
  Error error = postgres_error(state_->sql_state, database(), field(result, PG_DIAG_MESSAGE_PRIMARY));
  if (state_->sql_state == read_only) state_->connection.reset();
  return error;
}

}  // namespace pollux
