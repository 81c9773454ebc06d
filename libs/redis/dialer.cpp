#include "redis/dialer.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>

#include "base/resolve.hpp"
#include "redis/error.hpp"

namespace pollux::redis {

namespace asio = boost::asio;

namespace {

// The commands that log in and select the database; none if the URL asks for neither.
std::vector<EncodedCommand> login_commands(const Url& url) {
  std::vector<EncodedCommand> commands;
  if (!url.user.empty()) {
    commands.push_back({"AUTH", url.user, url.password});
  } else if (!url.password.empty()) {
    commands.push_back({"AUTH", url.password});
  }
  if (url.database != 0) commands.push_back({"SELECT", std::to_string(url.database)});
  return commands;
}

}  // namespace

Result<void> Channel::use_tls(const TlsContext& context, const Url& url) {
  SSL_CTX_up_ref(context.get());
  tls_context_.emplace(context.get());  // which owns that reference
  tls_.emplace(socket_, *tls_context_);
  return expect_server_name(tls_->native_handle(), url);
}

void Channel::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

Dialer::Dialer(asio::io_context& context, Url url, TlsContextLoader& files, Done done)
    : context_(context),
      url_(std::move(url)),
      files_(files),
      done_(std::move(done)),
      mailbox_(std::make_shared<Mailbox>()) {
  mailbox_->context = &context_;
}

Dialer::~Dialer() = default;

template <class Answer>
std::function<void(Result<Answer>)> Dialer::mail(void (Dialer::*take)(const Result<Answer>&)) {
  return [mailbox = mailbox_, self = weak_from_this(), take](Result<Answer> answer) {
    const std::lock_guard lock(mailbox->mutex);
    if (mailbox->context == nullptr) return;
    asio::post(*mailbox->context, [self, take, answer = std::move(answer)] {
      if (const auto dialer = self.lock()) (dialer.get()->*take)(answer);
    });
  };
}

void Dialer::start() {
  if (!url_.tls) return find_addresses();
  step_ = Step::reading_files;
  files_.load(mail(&Dialer::on_tls_context));
}

void Dialer::cancel() {
  done_ = nullptr;
  if (channel_) channel_->close();
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->context = nullptr;
}

Error Dialer::timed_out(std::chrono::milliseconds limit) const {
  const std::string within = " within " + std::to_string(limit.count()) + " ms";
  if (step_ == Step::reading_files) {
    return unavailable("The files for TLS to Redis could not be read" + within +
                       ". Check the disk they are on.");
  }
  if (step_ == Step::resolving) return not_resolved(url_, "the name service did not answer" + within);
  return no_answer(url_, limit);
}

void Dialer::on_tls_context(const Result<TlsContext>& context) {
  if (!context) return finish(context.error());
  tls_context_ = *context;
  find_addresses();
}

void Dialer::find_addresses() {
  step_ = Step::connecting;
  boost::system::error_code error;
  if (!url_.socket_path.empty()) {
    endpoints_.emplace_back(asio::local::stream_protocol::endpoint(url_.socket_path));
  } else if (const auto address = asio::ip::make_address(url_.host, error); !error) {
    endpoints_.emplace_back(asio::ip::tcp::endpoint(address, url_.port));
  } else {
    step_ = Step::resolving;
    return resolve(url_.host, mail(&Dialer::on_addresses));
  }
  asio::post(context_,
             [self = shared_from_this()] { self->try_next(not_connected(self->url_, "it has no address")); });
}

void Dialer::on_addresses(const Result<std::vector<std::string>>& addresses) {
  if (!addresses) return finish(not_resolved(url_, addresses.error().message));
  step_ = Step::connecting;
  for (const std::string& text : *addresses) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (!error) endpoints_.emplace_back(asio::ip::tcp::endpoint(address, url_.port));
  }
  try_next(not_connected(url_, "it has no address"));
}

void Dialer::try_next(Error last) {
  if (!done_) return;
  if (next_endpoint_ == endpoints_.size()) return finish(std::move(last));
  const auto& endpoint = endpoints_[next_endpoint_++];
  channel_ = std::make_unique<Channel>(context_);
  channel_->socket().async_connect(
      endpoint, [self = shared_from_this()](const boost::system::error_code& failed) {
        if (!self->done_) return;
        if (failed) return self->try_next(not_connected(self->url_, failed.message()));
        if (!self->url_.socket_path.empty()) return self->log_in();
        boost::system::error_code unsupported;
        self->channel_->socket().set_option(asio::ip::tcp::no_delay(true), unsupported);
        self->channel_->socket().set_option(asio::socket_base::keep_alive(true), unsupported);
        if (!self->url_.tls) return self->log_in();
        self->shake_hands();
      });
}

void Dialer::shake_hands() {
  if (auto prepared = channel_->use_tls(tls_context_, url_); !prepared) return finish(prepared.error());
  channel_->async_handshake([self = shared_from_this()](const boost::system::error_code& failed) {
    if (!self->done_) return;
    if (!failed) return self->log_in();
    self->try_next(tls_failed(self->url_, self->channel_->tls(), failed.message()));
  });
}

void Dialer::log_in() {
  const auto commands = login_commands(url_);
  if (commands.empty()) return finish(std::move(channel_));
  login_ = std::make_unique<Login>();
  login_->replies_left = commands.size();
  for (const EncodedCommand& command : commands) login_->output += command.bytes();
  // Reads after the write has completed, so that nothing is pending when the channel goes to the client.
  channel_->async_write(asio::buffer(login_->output),
                        [self = shared_from_this()](const boost::system::error_code& failed, std::size_t) {
                          if (!self->done_) return;
                          if (failed) return self->finish(connection_lost(self->url_, failed, false));
                          self->read_login_reply();
                        });
}

void Dialer::read_login_reply() {
  channel_->async_read_some(
      asio::buffer(login_->input),
      [self = shared_from_this()](const boost::system::error_code& failed, std::size_t received) {
        if (!self->done_) return;
        if (failed) return self->finish(connection_lost(self->url_, failed, self->channel_->answered()));
        if (auto taken = self->take_login_replies(received); !taken) return self->finish(taken.error());
        if (self->login_->replies_left > 0) return self->read_login_reply();
        self->finish(std::move(self->channel_));
      });
}

Result<void> Dialer::take_login_replies(std::size_t received) {
  channel_->set_answered();
  login_->reader.feed({login_->input.data(), received});
  while (login_->replies_left > 0) {
    const auto reply = login_->reader.next();
    if (!reply) return connection_lost(url_, reply.error().message);
    if (!*reply) break;
    if ((*reply)->is_error()) return error_of_reply(url_, (*reply)->text);
    --login_->replies_left;
  }
  return {};
}

void Dialer::finish(Result<std::unique_ptr<Channel>> result) {
  if (done_) std::exchange(done_, nullptr)(std::move(result));
}

}  // namespace pollux::redis
