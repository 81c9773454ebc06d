#include "redis/sync_client.hpp"

#include <array>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>

#include "redis/dialer.hpp"
#include "redis/error.hpp"

namespace pollux::redis {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Deadline = steady_clock::time_point;

std::string encode(const std::vector<Command>& commands) {
  std::string bytes;
  std::vector<std::string_view> words;
  for (const Command& command : commands) {
    words.assign(command.begin(), command.end());
    bytes += EncodedCommand(words).bytes();
  }
  return bytes;
}

}  // namespace

// A channel on an io_context of its own, which runs only while a call waits.
class SyncClient::Connection {
 public:
  explicit Connection(const Url& url) : url_(url) {}
  ~Connection() {
    if (dialer_) dialer_->cancel();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> open(TlsContextLoader& files, Deadline deadline, milliseconds limit);
  Result<void> send(std::string bytes, Deadline deadline, milliseconds limit);
  Result<Reply> receive(Deadline deadline, milliseconds limit);

 private:
  void read();
  void on_read(const boost::system::error_code& error, std::size_t size);
  template <class Condition>
  bool run_until(const Condition& condition, Deadline deadline);

  const Url& url_;
  asio::io_context context_{1};  // outlives what is on it
  // run_one_until() must wait also while nothing is on the context: another thread resolves names.
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::shared_ptr<Dialer> dialer_;
  std::unique_ptr<Channel> channel_;
  ReplyReader reader_;
  std::array<char, std::size_t{64} * 1024> input_{};
  bool reading_ = false;
  bool fed_ = false;  // since the last reader_.next()
  std::optional<Error> failure_;
  std::string output_;
};

// False if the deadline comes first.
template <class Condition>
bool SyncClient::Connection::run_until(const Condition& condition, Deadline deadline) {
  while (!condition()) {
    context_.restart();
    if (context_.run_one_until(deadline) == 0 && steady_clock::now() >= deadline) return condition();
  }
  return true;
}

Result<void> SyncClient::Connection::open(TlsContextLoader& files, Deadline deadline, milliseconds limit) {
  std::optional<Result<std::unique_ptr<Channel>>> dialled;
  dialer_ = std::make_shared<Dialer>(context_, url_, files,
                                     [&](auto channel) { dialled.emplace(std::move(channel)); });
  dialer_->start();
  const bool in_time = run_until([&] { return dialled.has_value(); }, deadline);
  Error late = dialer_->timed_out(limit);
  std::exchange(dialer_, nullptr)->cancel();
  if (!in_time) return late;
  if (!*dialled) return dialled->error();
  channel_ = std::move(**dialled);
  return {};
}

Result<void> SyncClient::Connection::send(std::string bytes, Deadline deadline, milliseconds limit) {
  output_ = std::move(bytes);
  bool written = false;
  channel_->async_write(asio::buffer(output_),
                        [this, &written](const boost::system::error_code& error, std::size_t) {
                          written = true;
                          if (error && !failure_)
                            failure_ = connection_lost(url_, error, channel_->answered());
                        });
  // Redis may stop reading until its own replies are read.
  read();
  const bool in_time = run_until(
      [&] {
        if (!written && !reading_) read();
        return written || failure_;
      },
      deadline);
  if (failure_) return *failure_;
  if (!in_time) return no_answer(url_, limit);
  return {};
}

void SyncClient::Connection::read() {
  if (reading_ || failure_) return;
  reading_ = true;
  channel_->async_read_some(asio::buffer(input_), [this](const boost::system::error_code& error,
                                                         std::size_t size) { on_read(error, size); });
}

void SyncClient::Connection::on_read(const boost::system::error_code& error, std::size_t size) {
  reading_ = false;
  if (error) {
    failure_ = connection_lost(url_, error, channel_->answered());
    return;
  }
  channel_->set_answered();
  fed_ = true;
  reader_.feed({input_.data(), size});
}

Result<Reply> SyncClient::Connection::receive(Deadline deadline, milliseconds limit) {
  for (;;) {
    auto reply = reader_.next();
    if (!reply) return connection_lost(url_, reply.error().message);
    if (*reply) return std::move(**reply);
    if (failure_) return *failure_;
    fed_ = false;
    read();
    if (!run_until([this] { return fed_ || failure_; }, deadline)) return no_answer(url_, limit);
  }
}

SyncClient::SyncClient(Url url, Options options)
    : url_(std::move(url)), options_(options), tls_files_(std::make_unique<TlsContextLoader>(url_)) {}

SyncClient::~SyncClient() = default;

void SyncClient::disconnect() {
  connected_ = false;
  connection_.reset();
  outstanding_ = 0;
}

Result<void> SyncClient::connect() {
  const Deadline deadline = steady_clock::now() + options_.connect_limit;
  auto opening = std::make_unique<Connection>(url_);
  if (auto opened = opening->open(*tls_files_, deadline, options_.connect_limit); !opened) return opened;
  connection_ = std::move(opening);
  connected_ = true;
  return {};
}

Result<void> SyncClient::send(const std::vector<Command>& commands) {
  if (!connection_) {
    if (auto connected = connect(); !connected) return connected;
  }
  const Deadline deadline = steady_clock::now() + options_.command_limit;
  auto sent = connection_->send(encode(commands), deadline, options_.command_limit);
  if (!sent) {
    disconnect();
    return sent;
  }
  outstanding_ += commands.size();
  return {};
}

Result<std::vector<Reply>> SyncClient::receive(milliseconds extra_wait) {
  const milliseconds limit = options_.command_limit + extra_wait;
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
