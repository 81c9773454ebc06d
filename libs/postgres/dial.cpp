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

namespace pollux::postgres {
namespace {

using namespace std::chrono_literals;
using Server = Url::Server;
using Duration = std::chrono::steady_clock::duration;

// The time that a silent server gets if there are others to try.
constexpr Duration longest_share = 2s;

class Dial {
 public:
  Dial(const Url& url, const WaitLimit& limit) : url_(url), limit_(limit) {
    int seconds = 0;
    const std::string given = url.parameter("connect_timeout");
    std::from_chars(given.data(), given.data() + given.size(), seconds);
    if (seconds > 0) share_ = std::chrono::seconds(seconds);
  }

  Result<Handle> run() {
    std::string wanted = url_.parameter("target_session_attrs");
    const bool several = url_.servers().size() > 1;
    if (several && !url_.parameters().contains("target_session_attrs") && wanted == "any")
      wanted = "read-write";
    // With one server at a time, libpq's two passes are ours to make.
    if (several && wanted == "prefer-standby") {
      if (auto connected = pass("standby"); connected || final_) return connected;
      wanted = "any";
    }
    return pass(wanted);
  }

 private:
  Result<Handle> pass(const std::string& wanted) {
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

  Result<Handle> try_server(const Server& server, const std::string& wanted, std::size_t others) {
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

  // One empty address if there is nothing to resolve.
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
      return unavailable(
          "The database " + url_.text() +
          " can't be reached: the name service does not answer. Check it, or use the address of "
          "the host.");
    if (!*answer->addresses)
      return error_of("", url_.text(),
                      "could not translate host name: " + answer->addresses->error().message);
    return **answer->addresses;
  }

  Result<Handle> attempt(const Server& server, const std::string& wanted, const WaitLimit& limit) {
    Handle connection = begin(server, wanted);
    if (!connection) return unavailable("Out of memory while connecting to a database.");
    // libpq would print notices to standard error, where the log is: a server that crashes sends one.
    PQsetNoticeReceiver(
        connection.get(), [](void*, const PGresult*) {}, nullptr);
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

  Handle begin(const Server& server, const std::string& wanted) const {
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
    return Handle(PQconnectStartParams(names.data(), values.data(), 0));
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

  const Url& url_;
  const WaitLimit limit_;
  std::optional<Duration> share_;  // connect_timeout
  bool final_ = false;             // no other server is tried
  bool answered_ = false;          // the last failure came from the server
  std::optional<Error> error_;
  bool error_answered_ = false;
};

}  // namespace

void Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Result<Handle> dial(const Url& url, const WaitLimit& limit) {
  return Dial(url, limit).run();
}

}  // namespace pollux::postgres
