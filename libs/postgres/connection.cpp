#include "postgres/connection.hpp"

#include <array>
#include <utility>

#include <libpq-fe.h>
#include <poll.h>

#include "postgres/error.hpp"
#include "postgres/url.hpp"

namespace pollux {
namespace {

constexpr std::size_t notices_at_most = 100;

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct FreeNotification {
  void operator()(PGnotify* notification) const { PQfreemem(notification); }
};

// While connecting, the state is only in the message, where it was asked for (PQERRORS_VERBOSE):
// "… FATAL:  28P01: password authentication failed …". Of several hosts the last one's counts.
std::string_view state_in(std::string_view message) {
  constexpr std::size_t length = 5;
  std::string_view state;
  for (std::size_t at = message.find(":  "); at != std::string_view::npos; at = message.find(":  ", at + 1)) {
    const std::string_view found = message.substr(at + 3, length + 1);
    const bool is_state = found.size() == length + 1 && found.back() == ':' &&
                          found.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == length;
    if (is_state) state = found.substr(0, length);
  }
  return state;
}

std::string field(const PGresult* result, int code) {
  const char* text = result == nullptr ? nullptr : PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

}  // namespace

struct PostgresConnection::State {
  std::string database;
  std::unique_ptr<PGconn, Finish> connection;
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

Result<PostgresConnection> PostgresConnection::open(const std::string& url, const WaitLimit& limit) {
  if (auto readable = check_postgres_url(url); !readable) return readable.error();
  // What stands before dbname the URL may override, what comes after it not.
  constexpr std::array names{
      "fallback_application_name", "tcp_user_timeout", "keepalives_idle", "keepalives_interval",
      "keepalives_count",          "dbname",           "client_encoding", static_cast<const char*>(nullptr)};
  const std::array values{"pollux", "10000",     "10",   "5",
                          "3",      url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
  PostgresConnection opened(std::make_unique<State>());
  State& state = *opened.state_;
  state.database = url_without_password(url);
  state.connection.reset(PQconnectStartParams(names.data(), values.data(), 1 /* dbname is a URL */));
  if (auto done = opened.connect(limit); !done) return done.error();
  return opened;
}

Result<void> PostgresConnection::connect(const WaitLimit& limit) {
  PGconn* connection = state_->connection.get();
  if (connection == nullptr) return unavailable("There is no memory left to connect to a database.");
  PQsetNoticeReceiver(connection, State::take_notice, state_.get());
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  if (PQstatus(connection) == CONNECTION_BAD) return failure();
  for (PostgresPollingStatusType next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;
       next = PQconnectPoll(connection)) {
    if (next == PGRES_POLLING_FAILED) return failure();
    if (auto ready = wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, limit); !ready)
      return ready.error();
  }
  PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
  if (PQsetnonblocking(connection, 1) != 0) return failure();
  return {};
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
  return unavailable("The database " + state_->database +
                     (wake == Wake::interrupt
                          ? " was not waited for any longer: the program is stopping."
                          : " does not answer in time. Look at its load and the network."));
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

const std::string& PostgresConnection::database() const {
  return state_->database;
}

Error PostgresConnection::failure() {
  const PGconn* connection = state_->connection.get();
  const std::string message = connection == nullptr ? "the connection is closed" : PQerrorMessage(connection);
  const std::string_view state = state_in(message);
  state_->sql_state = state;
  // What the server said comes after the state.
  const auto said =
      state.empty() ? 0 : static_cast<std::size_t>(state.data() - message.data()) + 2 + state.size();
  return postgres_error(state, state_->database, std::string_view(message).substr(said));
}

Error PostgresConnection::failure_of(const pg_result* result) {
  state_->sql_state = field(result, PG_DIAG_SQLSTATE);
  if (state_->sql_state.empty()) return failure();
  return postgres_error(state_->sql_state, state_->database, field(result, PG_DIAG_MESSAGE_PRIMARY));
}

}  // namespace pollux
