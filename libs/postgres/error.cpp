#include "postgres/error.hpp"

#include <algorithm>

namespace pollux {
namespace {

// The line that counts, without what libpq and the server put around their sentences: the first one, or the
// last address's where several were tried.
std::string sentence(std::string_view detail) {
  const std::size_t last_attempt = detail.rfind("\nconnection to server at ");
  if (last_attempt != std::string_view::npos) detail.remove_prefix(last_attempt + 1);
  detail = detail.substr(0, detail.find('\n'));
  while (!detail.empty() && (detail.back() == '.' || detail.back() == ' ')) detail.remove_suffix(1);
  return detail.empty() ? "no reason was given" : std::string(detail);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Before there is a server to give a state.
Error connection_error(const std::string& database, std::string_view detail) {
  if (contains(detail, "translate host name")) {
    return unavailable(database +
                       " can't be reached: its host name is not known here. Correct the name in the "
                       "URL, or start the database.");
  }
  if (contains(detail, "no password supplied")) {
    return unavailable(
        database + " asks for a password and none was given. Put it into the URL, or set DATABASE_PASSWORD.");
  }
  if (contains(detail, "session is read-only") || contains(detail, "in hot standby mode")) {
    return unavailable(database + " is not the kind of server that target_session_attrs asks for (" +
                       sentence(detail) + "). Name all servers of the database in the URL.");
  }
  if (contains(detail, "certificate")) {
    return unavailable(database + " shows a certificate that is not trusted here (" + sentence(detail) +
                       "). Name the file of its authority in the URL (sslrootcert), and the host as in the "
                       "certificate.");
  }
  return unavailable(database + " can't be reached or was lost (" + sentence(detail) +
                     "). Look whether it runs and may be reached from here.");
}

}  // namespace

Error postgres_error(std::string_view sql_state, std::string_view database_name, std::string_view detail) {
  const std::string database = "The database " + std::string(database_name);
  const std::string reason = " (" + sentence(detail) + ")";
  const auto is = [&](auto... states) { return ((sql_state == states) || ...); };
  const std::string_view kind = sql_state.substr(0, 2);
  if (sql_state.empty()) return connection_error(database, detail);
  if (is("28P01", "28000")) {
    return unavailable(database + " does not let this user in" + reason +
                       ". Set the user and the password that it knows.");
  }
  // RAISE EXCEPTION in SQL of our own is a whole sentence.
  if (is("P0001")) return invalid(std::string(detail));
  if (is("3D000"))
    return unavailable(database + " does not exist. Create it, or name another one in the URL.");
  if (is("42501")) {
    return unavailable(database + " does not allow this user to do that" + reason +
                       ". Give the user the right, or use another user.");
  }
  if (is("42P01", "42704", "3F000")) {
    return unavailable(database + " lacks what this program needs" + reason +
                       ". Migrate it with `pollux-worker migrate`, or name another one in the URL.");
  }
  if (is("53100")) return unavailable(database + " has no room left on its disk. Make room for it.");
  if (is("53300")) return unavailable(database + " has no connection left. Allow it more, or use fewer.");
  if (kind == "53" || kind == "54")
    return unavailable(database + " lacks resources" + reason + ". Give it more.");
  if (kind == "57")
    return unavailable(database + " is starting, stopping or has cancelled the call" + reason + ".");
  if (kind == "08") return connection_error(database, detail);
  if (kind == "40")
    return unavailable(database + " had a conflict with another call" + reason + ". Try it again.");
  if (is("55P03", "55006"))
    return unavailable(database + " is in use by another call" + reason + ". Try it again.");
  if (is("25006"))
    return unavailable(database +
                       " can only be read: it is a standby, or was made read-only. Name the primary in the "
                       "URL, or all servers with commas between them.");
  if (kind == "58")
    return unavailable(database + " has trouble with its system" + reason + ". Look at its log.");
  if (kind == "22" || kind == "23") return invalid(database + " refuses the data" + reason + ".");
  return {ErrorCode::internal, database + " failed" + reason + ", state " + std::string(sql_state) + "."};
}

}  // namespace pollux
