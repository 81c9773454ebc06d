#include "redis/error.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <boost/asio/error.hpp>

namespace pollux::redis {
namespace {

struct ErrorReply {
  std::string_view first_word;
  std::string_view sentence;  // goes on after "Redis at … "
  bool ends_connection = false;
};

constexpr std::array known_errors{
    ErrorReply{"WRONGPASS",
               "does not accept the user and password. Check the login in the Redis URL and REDIS_PASSWORD.",
               true},
    ErrorReply{"NOAUTH", "asks for a password. Put it into REDIS_PASSWORD or the Redis URL.", true},
    ErrorReply{"NOPERM", "does not allow this user what it needs. Check the rights of the user (ACL)."},
    ErrorReply{"LOADING", "is still loading its data from disk. It answers when that is done.", true},
    ErrorReply{"OOM",
               "has no memory left for more data (maxmemory). Give it more, or let the workers catch up."},
    ErrorReply{"READONLY", "is a replica, which takes no writes. Point the Redis URL at the primary.", true},
    ErrorReply{
        "MOVED",
        "is a Redis Cluster, which Pollux does not work with. Use a Redis without cluster mode: one primary, "
        "with replicas if you like.",
        true},
    ErrorReply{"CROSSSLOT", "is a Redis Cluster; restart the program, which was started when it was none.",
               true},
    ErrorReply{"CLUSTERDOWN", "is a Redis Cluster that is not ready.", true},
    ErrorReply{"MASTERDOWN", "is a replica that has lost its primary. Point the Redis URL at the primary.",
               true},
    ErrorReply{"NOREPLICAS", "takes no writes because too few replicas are connected."},
    ErrorReply{"MISCONF", "takes no writes because it can't save to its disk. Look at its log and its disk."},
    ErrorReply{"BUSY", "is busy with a script."},
    ErrorReply{"CLUSTERDOWN", "is part of a cluster that is down."},
    ErrorReply{"UNBLOCKED", "has changed its role and ended the wait.", true},
};

const ErrorReply* find(std::string_view words) {
  const std::string_view first_word = words.substr(0, words.find(' '));
  const auto* found = std::ranges::find(known_errors, first_word, &ErrorReply::first_word);
  return found == known_errors.end() ? nullptr : found;
}

std::string at(const Url& url) {
  return "Redis at " + url.text() + " ";
}

}  // namespace

Error refused_by_redis(const Url& url, std::string_view words) {
  // "ERR unknown command 'AUTH', with args beginning with: …" goes on with what may be the password.
  words = words.substr(0, words.find(", with args beginning"));
  if (const ErrorReply* known = find(words)) {
    return unavailable(at(url) + std::string(known->sentence) + " (" + std::string(words) + ")");
  }
  // Where a password was sent to a server that has none, Redis 6 and later say so with "ERR AUTH …".
  if (words.starts_with("ERR AUTH")) {
    return unavailable(
        at(url) +
        "has no password set, but one is given (REDIS_PASSWORD or the Redis URL). Make them agree. (" +
        std::string(words) + ")");
  }
  // Before WRONGPASS there was "ERR invalid password".
  if (words.starts_with("ERR invalid password")) {
    return unavailable(at(url) + std::string(known_errors[0].sentence) + " (" + std::string(words) + ")");
  }
  if (words.starts_with("ERR max number of clients")) {
    return unavailable(at(url) + "has no room for another connection (maxclients). (" + std::string(words) +
                       ")");
  }
  return {ErrorCode::internal, at(url) + "refuses a command: " + std::string(words)};
}

bool ends_connection(std::string_view words) {
  const ErrorReply* known = find(words);
  return known != nullptr && known->ends_connection;
}

std::string reason_of(const boost::system::error_code& error) {
  return error == boost::asio::error::eof ? "Redis closed it" : error.message();
}

Error not_resolved(const Url& url, std::string_view reason) {
  return unavailable("The name of " + at(url) + "can't be resolved: " + std::string(reason) +
                     ". Check the host in the Redis URL and the name service.");
}

Error not_connected(const Url& url, std::string_view reason) {
  return unavailable(at(url) + "can't be reached: " + std::string(reason) +
                     ". Check that it runs and that the Redis URL is right.");
}

Error connection_lost(const Url& url, std::string_view reason) {
  return unavailable("The connection to " + at(url) + "was lost: " + std::string(reason) + ".");
}

Error closed_at_once(const Url& url, std::string_view reason) {
  Error error = connection_lost(url, reason);
  error.message += url.tls ? " Check whether it asks for a client certificate (--redis-certificate-file, "
                             "--redis-key-file)."
                           : " Where this port expects TLS, the Redis URL begins with rediss://.";
  return error;
}

Error no_answer(const Url& url, std::chrono::milliseconds limit) {
  return unavailable(at(url) + "did not answer within " + std::to_string(limit.count()) +
                     " ms. It may be overloaded, stopped or behind a broken network" +
                     (url.tls ? ", or not speak TLS on this port." : "."));
}

}  // namespace pollux::redis
