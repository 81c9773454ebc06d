#include "postgres/error.hpp"

#include <libpq-fe.h>

namespace pollux::postgres {
namespace {

// The relevant line of a message of libpq or the server: the first one, or that of the last address if
// several were tried.
std::string reason_in(std::string_view detail) {
  const std::size_t last_attempt = detail.rfind("\nconnection to server at ");
  if (last_attempt != std::string_view::npos) detail.remove_prefix(last_attempt + 1);
  detail = detail.substr(0, detail.find('\n'));
  while (!detail.empty() && (detail.back() == '.' || detail.back() == ' ')) detail.remove_suffix(1);
  return detail.empty() ? "no reason was given" : std::string(detail);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Without a SQLSTATE, since no server answered.
Error connection_error(const std::string& database, std::string_view detail) {
  if (contains(detail, "translate host name")) {
    return unavailable(database +
                       " can't be reached: its host name is unknown. Correct the name in the URL, or "
                       "start the database.");
  }
  if (contains(detail, "no password supplied")) {
    return unavailable(database + " requires a password. Put it into the URL, or set DATABASE_PASSWORD.");
  }
  if (contains(detail, "session is read-only") || contains(detail, "in hot standby mode")) {
    return unavailable(database + " is not the kind of server that target_session_attrs requires (" +
                       reason_in(detail) + "). List all servers of the database in the URL.");
  }
  if (contains(detail, "certificate")) {
    return unavailable(database + " has a certificate that is not trusted (" + reason_in(detail) +
                       "). Give the file of its authority in the URL (sslrootcert), and the host name "
                       "of the certificate.");
  }
  return unavailable(database + " can't be reached or was lost (" + reason_in(detail) +
                     "). Check that it is running and reachable.");
}

// While connecting, libpq reports the SQLSTATE only in the message, with PQERRORS_VERBOSE:
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

}  // namespace

Error error_of(std::string_view sql_state, std::string_view database_name, std::string_view detail) {
  const std::string database = "The database " + std::string(database_name);
  const std::string reason = " (" + reason_in(detail) + ")";
  const auto is = [&](auto... states) { return ((sql_state == states) || ...); };
  const std::string_view kind = sql_state.substr(0, 2);
  if (sql_state.empty()) return connection_error(database, detail);
  if (is("28P01", "28000")) {
    return unavailable(database + " rejects this user" + reason + ". Check the user and the password.");
  }
  // RAISE EXCEPTION in our own SQL has a complete message.
  if (is("P0001")) return invalid(std::string(detail));
  if (is("3D000"))
    return unavailable(database + " does not exist. Create it, or use another one in the URL.");
  if (is("42501")) {
    return unavailable(database + " denies this user the privilege" + reason +
                       ". Grant it, or use another user.");
  }
  if (is("42P01", "42703", "42704", "42883", "3F000")) {
    return unavailable(database + " lacks what this program needs" + reason +
                       ". Migrate it with `pollux-worker migrate`, or use another one in the URL.");
  }
  if (is("53100")) return unavailable(database + " has no space left on its disk. Free some.");
  if (is("53300"))
    return unavailable(database + " has no free connection. Raise max_connections, or use fewer.");
  if (kind == "53" || kind == "54") return unavailable(database + " is out of resources" + reason + ".");
  if (kind == "57")
    return unavailable(database + " is starting, stopping or has cancelled the call" + reason + ".");
  if (kind == "08") return connection_error(database, detail);
  if (kind == "40")
    return unavailable(database + " had a conflict with another call" + reason + ". Try it again.");
  if (is("55P03", "55006"))
    return unavailable(database + " is in use by another call" + reason + ". Try it again.");
  if (is("25006"))
    return unavailable(database +
                       " can only be read: it is a standby, or was made read-only. Use the primary in the "
                       "URL, or list all servers, separated by commas.");
  if (kind == "58") return unavailable(database + " has a system error" + reason + ". See its log.");
  if (kind == "22" || kind == "23") return invalid(database + " rejects the data" + reason + ".");
  return {ErrorCode::internal, database + " failed" + reason + ", state " + std::string(sql_state) + "."};
}

Error connection_failure(pg_conn* connection, const Url& url, std::string* sql_state) {
  const std::string message = connection == nullptr ? "the connection is closed" : PQerrorMessage(connection);
  const std::string_view state = state_in(message);
  if (sql_state != nullptr) *sql_state = state;
  // The server's text follows the state.
  const auto said =
      state.empty() ? 0 : static_cast<std::size_t>(state.data() - message.data()) + 2 + state.size();
  return error_of(state, url.text(), std::string_view(message).substr(said));
}

Error wait_ended(Wake wake, const Url& url) {
  return unavailable("The database " + url.text() +
                     (wake == Wake::interrupt ? " was not waited for: the program is stopping."
                                              : " does not answer in time. Check its load and the network."));
}

}  // namespace pollux::postgres
