#include "redis/sync_client.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/resolve.hpp"
#include "redis/error.hpp"
#include "redis/reply_reader.hpp"

namespace pollux::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Deadline = steady_clock::time_point;

std::string words_of(int error) {
  return std::system_category().message(error);
}

// Milliseconds until then, rounded up, so that poll() doesn't spin through the last one.
milliseconds left_until(Deadline deadline) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(deadline - steady_clock::now()));
}

// False where the deadline comes first.
bool wait_for(int descriptor, short events, Deadline deadline) {
  for (;;) {
    pollfd waiting{descriptor, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left_until(deadline).count()));
    if (ready > 0) return true;
    if (ready == 0 && steady_clock::now() >= deadline) return false;
    if (ready < 0 && errno != EINTR) return true;  // the read or write that follows says why
  }
}

using Context = std::unique_ptr<redisContext, decltype(&::redisFree)>;

}  // namespace

// A hiredis context that never blocks; the waits are ours, because hiredis limits each read and not the
// whole.
class SyncClient::Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const Url& url, Deadline deadline);

  Result<void> send(const std::vector<Command>& commands, Deadline deadline, milliseconds limit);
  Result<Reply> receive(Deadline deadline, milliseconds limit);

 private:
  Connection(const Url& url, Context context) : url_(url), context_(std::move(context)) {}

  Error lost() const { return connection_lost(url_, context_->errstr); }

  const Url& url_;
  Context context_;
};

namespace {

// Why the connection did not come about; empty when it did.
std::string reach(redisContext* context, Deadline deadline) {
  if (context == nullptr) return "out of memory";
  if (context->err != 0) return context->err == REDIS_ERR_IO ? words_of(errno) : context->errstr;
  if (!wait_for(context->fd, POLLOUT, deadline)) return "it did not answer in time";
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(context->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  return error == 0 ? "" : words_of(error);
}

}  // namespace

Result<std::unique_ptr<SyncClient::Connection>> SyncClient::Connection::open(const Url& url,
                                                                             Deadline deadline) {
  std::vector<std::string> addresses{url.socket_path};
  if (url.socket_path.empty()) {
    auto resolved = resolve(url.host, left_until(deadline));
    if (!resolved) return not_resolved(url, resolved.error().message);
    addresses = std::move(*resolved);
  }
  std::string reason;
  for (const std::string& address : addresses) {
    Context context(url.socket_path.empty() ? ::redisConnectNonBlock(address.c_str(), url.port)
                                            : ::redisConnectUnixNonBlock(address.c_str()),
                    &::redisFree);
    reason = reach(context.get(), deadline);
    if (!reason.empty()) continue;
    if (url.socket_path.empty()) ::redisEnableKeepAlive(context.get());
    context->reader->fn = reply_functions();
    return std::unique_ptr<Connection>(new Connection(url, std::move(context)));
  }
  return not_connected(url, reason);
}

Result<void> SyncClient::Connection::send(const std::vector<Command>& commands, Deadline deadline,
                                          milliseconds limit) {
  std::vector<const char*> words;
  std::vector<std::size_t> sizes;
  for (const Command& command : commands) {
    words.clear();
    sizes.clear();
    for (const std::string& word : command) {
      words.push_back(word.data());
      sizes.push_back(word.size());
    }
    if (::redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), words.data(),
                                 sizes.data()) != REDIS_OK)
      return lost();
  }
  for (;;) {
    int done = 0;
    if (::redisBufferWrite(context_.get(), &done) != REDIS_OK) return lost();
    if (done != 0) return {};
    // Redis may stop reading while its own answers are not read.
    if (!wait_for(context_->fd, POLLIN | POLLOUT, deadline)) return no_answer(url_, limit);
    if (::redisBufferRead(context_.get()) != REDIS_OK) return lost();
  }
}

Result<Reply> SyncClient::Connection::receive(Deadline deadline, milliseconds limit) {
  for (;;) {
    void* reply = nullptr;
    if (::redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) return lost();
    if (reply != nullptr) return take_reply(reply);
    if (!wait_for(context_->fd, POLLIN, deadline)) return no_answer(url_, limit);
    if (::redisBufferRead(context_.get()) != REDIS_OK) return lost();
  }
}

SyncClient::SyncClient(Url url, Options options) : url_(std::move(url)), options_(options) {}

SyncClient::~SyncClient() = default;

void SyncClient::disconnect() {
  connection_.reset();
  outstanding_ = 0;
}

Result<void> SyncClient::connect() {
  const Deadline deadline = steady_clock::now() + options_.connect_limit;
  auto opened = Connection::open(url_, deadline);
  if (!opened) return opened.error();

  std::vector<Command> login;
  if (!url_.user.empty()) {
    login.push_back({"AUTH", url_.user, url_.password});
  } else if (!url_.password.empty()) {
    login.push_back({"AUTH", url_.password});
  }
  if (url_.database != 0) login.push_back({"SELECT", std::to_string(url_.database)});
  if (auto sent = (*opened)->send(login, deadline, options_.connect_limit); !sent) return sent.error();
  std::optional<Error> refused;
  for (std::size_t n = 0; n < login.size(); ++n) {
    const auto reply = (*opened)->receive(deadline, options_.connect_limit);
    if (!reply) return reply.error();
    if (reply->is_error() && !refused) refused = refused_by_redis(url_, reply->text);
  }
  if (refused) return *refused;
  connection_ = std::move(*opened);
  return {};
}

Result<Reply> SyncClient::run(const Command& command) {
  if (auto sent = send({command}); !sent) return sent.error();
  auto replies = receive();
  if (!replies) return replies.error();
  Reply& reply = replies->front();
  if (!reply.is_error()) return std::move(reply);
  if (ends_connection(reply.text)) disconnect();
  return refused_by_redis(url_, reply.text);
}

Result<void> SyncClient::send(const std::vector<Command>& commands) {
  if (!connection_) {
    if (auto connected = connect(); !connected) return connected;
  }
  const Deadline deadline = steady_clock::now() + options_.command_limit;
  auto sent = connection_->send(commands, deadline, options_.command_limit);
  if (!sent) {
    disconnect();
    return sent;
  }
  outstanding_ += commands.size();
  return {};
}

Result<std::vector<Reply>> SyncClient::receive(milliseconds longer) {
  const milliseconds limit = options_.command_limit + longer;
  const Deadline deadline = steady_clock::now() + limit;
  std::vector<Reply> replies;
  replies.reserve(outstanding_);
  while (outstanding_ > 0) {
    auto reply = connection_->receive(deadline, limit);
    if (!reply) {
      disconnect();
      return reply.error();
    }
    replies.push_back(std::move(*reply));
    --outstanding_;
  }
  return replies;
}

}  // namespace pollux::redis
