#include "redis/error.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <boost/asio/error.hpp>

namespace pollux::redis {
namespace {

struct KnownReply {
  std::string_view code;     // the first word of the error reply
  std::string_view message;  // continues "Redis at … "
  bool ends_connection = false;
};

constexpr std::array known_replies{
    KnownReply{"WRONGPASS",
               "does not accept the user and password. Check the login in the Redis URL and REDIS_PASSWORD.",
               true},
    KnownReply{"NOAUTH", "asks for a password. Put it into REDIS_PASSWORD or the Redis URL.", true},
    KnownReply{"NOPERM", "does not allow this user what it needs. Check the rights of the user (ACL)."},
    KnownReply{"LOADING", "is still loading its data from disk. It answers when that is done.", true},
    KnownReply{"OOM",
               "has no memory left for more data (maxmemory). Give it more, or let the workers catch up."},
    KnownReply{"READONLY", "is a replica, which takes no writes. Point the Redis URL at the primary.", true},
    KnownReply{
        "MOVED",
        "is a Redis Cluster, which Pollux does not work with. Use a Redis without cluster mode: one primary, "
        "with replicas if you like.",
        true},
    KnownReply{"CROSSSLOT", "is a Redis Cluster; restart the program, which was started when it was none.",
               true},
    KnownReply{"CLUSTERDOWN", "is a Redis Cluster that is not ready.", true},
    KnownReply{"MASTERDOWN", "is a replica that has lost its primary. Point the Redis URL at the primary.",
               true},
    KnownReply{"NOREPLICAS", "takes no writes because too few replicas are connected."},
    KnownReply{"MISCONF", "takes no writes because it can't save to its disk. Check its log and its disk."},
    KnownReply{"BUSY", "is busy with a script."},
    KnownReply{"UNBLOCKED", "has changed its role and ended the wait.", true},
};

const KnownReply* find(std::string_view reply) {
  const std::string_view code = reply.substr(0, reply.find(' '));
  const auto* found = std::ranges::find(known_replies, code, &KnownReply::code);
  return found == known_replies.end() ? nullptr : found;
}

}  // namespace

std::string redis_at(const Url& url) {
  return "Redis at " + url.text() + " ";
}

Error error_of_reply(const Url& url, std::string_view reply) {
  // "ERR unknown command 'AUTH', with args beginning with: …" may show the password.
  reply = reply.substr(0, reply.find(", with args beginning"));
  if (const KnownReply* known = find(reply)) {
    return unavailable(redis_at(url) + std::string(known->message) + " (" + std::string(reply) + ")");
  }
  // From Redis 6 on: a password was sent to a server that has none.
  if (reply.starts_with("ERR AUTH")) {
    return unavailable(
        redis_at(url) +
        "has no password set, but one is given (REDIS_PASSWORD or the Redis URL). Make them agree. (" +
        std::string(reply) + ")");
  }
  // Before Redis 6, instead of WRONGPASS.
  if (reply.starts_with("ERR invalid password")) {
    return unavailable(redis_at(url) + std::string(known_replies[0].message) + " (" + std::string(reply) +
                       ")");
  }
  if (reply.starts_with("ERR max number of clients")) {
    return unavailable(redis_at(url) + "has no room for another connection (maxclients). (" +
                       std::string(reply) + ")");
  }
  return {ErrorCode::internal, redis_at(url) + "rejected a command: " + std::string(reply)};
}

bool is_out_of_memory(const Error& error) {
  return error.message.find("(OOM ") != std::string::npos;  // error_of_reply() shows the reply
}

bool ends_connection(std::string_view reply) {
  const KnownReply* known = find(reply);
  return known != nullptr && known->ends_connection;
}

Error not_resolved(const Url& url, std::string_view reason) {
  return unavailable("The name of " + redis_at(url) + "can't be resolved: " + std::string(reason) +
                     ". Check the host in the Redis URL and the name service.");
}

Error not_connected(const Url& url, std::string_view reason) {
  return unavailable(redis_at(url) + "can't be reached: " + std::string(reason) +
                     ". Check that it runs and that the Redis URL is right.");
}

Error connection_lost(const Url& url, std::string_view reason) {
  return unavailable("The connection to " + redis_at(url) + "was lost: " + std::string(reason) + ".");
}

Error connection_lost(const Url& url, const boost::system::error_code& error, bool answered) {
  Error lost = connection_lost(url, error == boost::asio::error::eof ? "Redis closed it" : error.message());
  if (answered) return lost;
  lost.message += url.tls ? " Check whether it asks for a client certificate (--redis-certificate-file, "
                            "--redis-key-file)."
                          : " If this port expects TLS, the Redis URL begins with rediss://.";
  return lost;
}

Error no_answer(const Url& url, std::chrono::milliseconds limit) {
  return unavailable(redis_at(url) + "did not answer within " + std::to_string(limit.count()) +
                     " ms. It may be overloaded, stopped or behind a broken network" +
                     (url.tls ? ", or not speak TLS on this port." : "."));
}

}  // namespace pollux::redis
