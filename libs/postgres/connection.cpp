#include "postgres/connection.hpp"

#include <utility>

#include <libpq-fe.h>
#include <poll.h>

#include "postgres/dial.hpp"
#include "postgres/error.hpp"

namespace pollux::postgres {
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

// Asks the system, because the owner does not wait for anything on an idle connection. A socket that the
// owner closes meanwhile may be another one by now; then one answer is wrong.
std::optional<bool> ConnectionStatus::connected() const {
  const int socket = socket_.load(std::memory_order_relaxed);
  if (socket == unused) return std::nullopt;
  if (socket == disconnected) return false;
  pollfd state{.fd = socket, .events = POLLRDHUP, .revents = 0};
  if (poll(&state, 1, 0) > 0) return std::nullopt;
  return true;
}

struct Connection::State {
  explicit State(Url at) : url(std::move(at)) {}
  ~State() {
    if (status != nullptr) status->set_disconnected();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  bool usable() const { return PQstatus(connection.get()) == CONNECTION_OK; }
  void update_status() const {
    if (status == nullptr) return;
    if (usable()) {
      status->set_connected(PQsocket(connection.get()));
    } else {
      status->set_disconnected();
    }
  }

  Url url;
  ConnectionStatus* status = nullptr;
  Handle connection;
  std::string sql_state;
  std::vector<std::string> notices;

  static void take_notice(void* state, const PGresult* notice) {
    auto& notices = static_cast<State*>(state)->notices;
    if (notices.size() == notices_at_most) notices.erase(notices.begin());
    notices.push_back(field(notice, PG_DIAG_MESSAGE_PRIMARY));
  }
};

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const Url& url, const WaitLimit& limit) {
  auto connected = dial(url, limit);
  if (!connected) return connected.error();
  Connection opened(std::make_unique<State>(url));
  opened.state_->connection = std::move(*connected);
  PQsetNoticeReceiver(opened.state_->connection.get(), State::take_notice, opened.state_.get());
  return opened;
}

bool Connection::usable() const {
  return state_->usable();
}

void Connection::report_to(ConnectionStatus& status) {
  state_->status = &status;
  state_->update_status();
}

Result<Rows> Connection::execute(const std::string& sql, const WaitLimit& limit) {
  return result_of(usable() && PQsendQuery(state_->connection.get(), sql.c_str()) == 1, limit);
}

Result<Rows> Connection::execute(const std::string& sql, const Parameters& parameters,
                                 const WaitLimit& limit) {
  const auto arrays = parameters.arrays();
  return result_of(usable() && PQsendQueryParams(state_->connection.get(), sql.c_str(),
                                                 static_cast<int>(parameters.size()), arrays.types.data(),
                                                 arrays.values.data(), arrays.lengths.data(),
                                                 arrays.formats.data(), 0 /* results as text */) == 1,
                   limit);
}

Result<void> Connection::prepare(const std::string& name, const std::string& sql, const WaitLimit& limit) {
  const auto done = result_of(
      usable() && PQsendPrepare(state_->connection.get(), name.c_str(), sql.c_str(), 0, nullptr) == 1, limit);
  if (!done) return done.error();
  return {};
}

Result<Rows> Connection::execute_prepared(const std::string& name, const Parameters& parameters,
                                          const WaitLimit& limit) {
  const auto arrays = parameters.arrays();
  return result_of(usable() && PQsendQueryPrepared(state_->connection.get(), name.c_str(),
                                                   static_cast<int>(parameters.size()), arrays.values.data(),
                                                   arrays.lengths.data(), arrays.formats.data(), 0) == 1,
                   limit);
}

const std::string& Connection::sql_state() const {
  return state_->sql_state;
}

Result<Rows> Connection::result_of(bool sent, const WaitLimit& limit) {
  PGconn* connection = state_->connection.get();
  if (!sent) return failure();
  if (auto flushed = flush(limit); !flushed) return flushed.error();
  std::unique_ptr<PGresult, decltype(&PQclear)> last(nullptr, &PQclear);
  for (;;) {
    // If nothing more can be read, PQgetResult() returns the reason without waiting.
    while (PQisBusy(connection) == 1) {
      if (auto ready = wait(POLLIN, limit); !ready) return ready.error();
      if (PQconsumeInput(connection) == 0) break;
    }
    PGresult* result = PQgetResult(connection);
    if (result == nullptr) break;
    // Keep the first error: statements after it are not run, but a lost connection may follow.
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
  return Rows(last.release());
}

Result<void> Connection::flush(const WaitLimit& limit) {
  PGconn* connection = state_->connection.get();
  for (;;) {
    const int left = PQflush(connection);
    if (left == 0) return {};
    if (left < 0) return failure();
    // The server may stop reading until we read its output.
    if (auto ready = wait(POLLIN | POLLOUT, limit); !ready) return ready.error();
    if (PQconsumeInput(connection) == 0) return failure();
  }
}

Result<void> Connection::wait(short events, const WaitLimit& limit) {
  const Wake wake = wait_for(socket(), events, limit);
  if (wake == Wake::ready) return {};
  state_->sql_state.clear();
  state_->connection.reset();
  state_->update_status();
  return wait_ended(wake, state_->url);
}

Result<std::vector<Notification>> Connection::wait_notifications(const WaitLimit& limit) {
  for (;;) {
    auto received = notifications();
    if (!received || !received->empty()) return received;
    if (wait_for(socket(), POLLIN, limit) != Wake::ready) return received;
  }
}

Result<std::vector<Notification>> Connection::notifications() {
  PGconn* connection = state_->connection.get();
  if (!usable() || PQconsumeInput(connection) == 0) return failure();
  std::vector<Notification> received;
  for (;;) {
    const std::unique_ptr<PGnotify, FreeNotification> next(PQnotifies(connection));
    if (!next) return received;
    received.push_back({next->relname, next->extra});
  }
}

int Connection::socket() const {
  return PQsocket(state_->connection.get());
}

std::vector<std::string> Connection::take_notices() {
  return std::exchange(state_->notices, {});
}

int Connection::announced_process() const {
  return PQbackendPID(state_->connection.get());
}

const std::string& Connection::database() const {
  return state_->url.text();
}

Error Connection::failure() {
  state_->update_status();
  return connection_failure(state_->connection.get(), state_->url, &state_->sql_state);
}

Error Connection::failure_of(const pg_result* result) {
  state_->sql_state = field(result, PG_DIAG_SQLSTATE);
  if (state_->sql_state.empty()) return failure();
  Error error = error_of(state_->sql_state, database(), field(result, PG_DIAG_MESSAGE_PRIMARY));
  if (state_->sql_state == read_only) state_->connection.reset();
  state_->update_status();
  return error;
}

}  // namespace pollux::postgres
