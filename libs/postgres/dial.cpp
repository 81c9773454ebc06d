#include "postgres/dial.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <libpq-fe.h>
#include <poll.h>

#include "base/resolve.hpp"
#include "postgres/error.hpp"

namespace pollux {
namespace {

using namespace std::chrono_literals;
using Server = PostgresUrl::Server;
using Duration = std::chrono::steady_clock::duration;

// How long a silent server is waited for where another one is left.
constexpr Duration longest_share = 2s;

// While connecting, the state is only in the message, where it was asked for (PQERRORS_VERBOSE):
// "… FATAL:  28P01: password authentication failed …".
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

class Dial {
 public:
  Dial(const PostgresUrl& url, const WaitLimit& limit) : url_(url), limit_(limit) {
    int seconds = 0;
    const std::string given = url.parameter("connect_timeout");
    std::from_chars(given.data(), given.data() + given.size(), seconds);
    if (seconds > 0) share_ = std::chrono::seconds(seconds);
  }

  Result<PostgresHandle> run() {
    std::string wanted = url_.parameter("target_session_attrs");
    const bool several = url_.servers().size() > 1;
    if (several && !url_.parameters().contains("target_session_attrs") && wanted == "any")
      wanted = "read-write";
    // A single server can't prefer; two passes are what libpq makes of it.
    if (several && wanted == "prefer-standby") {
      if (auto connected = pass("standby"); connected || final_) return connected;
      wanted = "any";
    }
    return pass(wanted);
  }

 private:
  Result<PostgresHandle> pass(const std::string& wanted) {
    auto servers = url_.servers();
    if (url_.parameter("load_balance_hosts") == "random")
      std::ranges::shuffle(servers, std::mt19937(std::random_device()()));
    for (std::size_t left = servers.size(); left > 0; --left) {
      auto connected = try_server(servers[servers.size() - left], wanted, left - 1);
      if (connected || final_) return connected;
      note(connected.error());
    }
    return *error_;
  }

  Result<PostgresHandle> try_server(const Server& server, const std::string& wanted, std::size_t others) {
    answered_ = false;
    const auto addresses = addresses_of(server, share(others));
    if (!addresses) return addresses.error();
    for (std::size_t left = addresses->size(); left > 0; --left) {
      Server one = server;
      one.address = (*addresses)[addresses->size() - left];
      auto connected = attempt(one, wanted, share(others + left - 1));
      if (connected || final_ || left == 1) return connected;
      note(connected.error());
    }
    return unavailable("The database " + url_.text() + " has no address.");
  }

  WaitLimit share(std::size_t others) const {
    if (others == 0) return share_ ? limit_.at_most(*share_) : limit_;
    const auto fair = limit_.left() / static_cast<int>(others + 1);
    return limit_.at_most(std::min(fair, share_.value_or(longest_share)));
  }

  // One empty address where there is nothing to resolve.
  Result<std::vector<std::string>> addresses_of(const Server& server, const WaitLimit& limit) {
    if (!server.address.empty()) return std::vector{server.address};
    if (server.host.empty() || server.host.front() == '/' || server.host.front() == '@')
      return std::vector<std::string>{""};
    struct Answer {
      Interrupt come;
      std::mutex mutex;
      std::optional<ResolvedAddresses> addresses;
    };
    const auto answer = std::make_shared<Answer>();
    resolve(server.host, [answer](ResolvedAddresses found) {
      const std::lock_guard lock(answer->mutex);
      answer->addresses = std::move(found);
      answer->come.raise();
    });
    const Wake wake = wait_for(answer->come.descriptor(), POLLIN, limit);
    if (wake == Wake::interrupt) return ended(wake);
    const std::lock_guard lock(answer->mutex);
    if (!answer->addresses)
      return unavailable("The database " + url_.text() +
                         " can't be reached: the name service does not answer. Look at it, or name the host "
                         "by its address.");
    if (!*answer->addresses)
      return postgres_error("", url_.text(),
                            "could not translate host name: " + answer->addresses->error().message);
    return **answer->addresses;
  }

  Result<PostgresHandle> attempt(const Server& server, const std::string& wanted, const WaitLimit& limit) {
    PostgresHandle connection = begin(server, wanted);
    if (!connection) return unavailable("There is no memory left to connect to a database.");
    PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
    if (PQstatus(connection.get()) == CONNECTION_BAD) return failed(connection.get());
    for (PostgresPollingStatusType next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;
         next = PQconnectPoll(connection.get())) {
      if (next == PGRES_POLLING_FAILED) return failed(connection.get());
      const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
      const Wake wake = wait_for(PQsocket(connection.get()), events, limit);
      if (wake != Wake::ready) return ended(wake);
    }
    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    if (PQsetnonblocking(connection.get(), 1) != 0) return failed(connection.get());
    return connection;
  }

  PostgresHandle begin(const Server& server, const std::string& wanted) const {
    std::map<std::string, std::string> all{{"fallback_application_name", "pollux"},
                                           {"tcp_user_timeout", "10000"},
                                           {"keepalives_idle", "10"},
                                           {"keepalives_interval", "5"},
                                           {"keepalives_count", "3"}};
    for (const auto& [name, value] : url_.parameters()) all[name] = value;
    all["client_encoding"] = "UTF8";
    all["target_session_attrs"] = wanted;
    all["host"] = server.host;
    all["hostaddr"] = server.address;
    all["port"] = server.port;
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : all) {
      names.push_back(name.c_str());
      values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    return PostgresHandle(PQconnectStartParams(names.data(), values.data(), 0));
  }

  Error failed(PGconn* connection) {
    std::string state;
    Error error = connection_failure(connection, url_, &state);
    answered_ = !state.empty() || PQparameterStatus(connection, "server_version") != nullptr;
    final_ = state.starts_with("28") || state.starts_with("3D");
    return error;
  }

  Error ended(Wake wake) {
    final_ = wake == Wake::interrupt;
    return wait_ended(wake, url_);
  }

  void note(const Error& error) {
    if (!error_ || answered_ || !error_answered_) error_ = error;
    error_answered_ = error_answered_ || answered_;
    answered_ = false;
  }

  const PostgresUrl& url_;
  const WaitLimit limit_;
  std::optional<Duration> share_;  // connect_timeout
  bool final_ = false;             // no other server is tried
  bool answered_ = false;          // the last failure is the server's own word
  std::optional<Error> error_;
  bool error_answered_ = false;
};

}  // namespace

void PostgresFinish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Result<PostgresHandle> dial(const PostgresUrl& url, const WaitLimit& limit) {
  return Dial(url, limit).run();
}

Error connection_failure(pg_conn* connection, const PostgresUrl& url, std::string* sql_state) {
  const std::string message = connection == nullptr ? "the connection is closed" : PQerrorMessage(connection);
  const std::string_view state = state_in(message);
  if (sql_state != nullptr) *sql_state = state;
  // What the server said comes after the state.
  const auto said =
      state.empty() ? 0 : static_cast<std::size_t>(state.data() - message.data()) + 2 + state.size();
  return postgres_error(state, url.text(), std::string_view(message).substr(said));
}

Error wait_ended(Wake wake, const PostgresUrl& url) {
  return unavailable("The database " + url.text() +
                     (wake == Wake::interrupt
                          ? " was not waited for any longer: the program is stopping."
                          : " does not answer in time. Look at its load and the network."));
}

}  // namespace pollux
