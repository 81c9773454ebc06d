#include "redis/dialer.hpp"

#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>

#include "base/resolve.hpp"
#include "redis/channel.hpp"
#include "redis/error.hpp"

namespace pollux::redis {

namespace asio = boost::asio;

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
  step_ = Step::reading;
  files_.load(mail(&Dialer::on_tls_context));
}

void Dialer::cancel() {
  done_ = nullptr;
  if (channel_) channel_->close();
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->context = nullptr;
}

Error Dialer::too_late(std::chrono::milliseconds limit) const {
  const std::string within = " within " + std::to_string(limit.count()) + " ms";
  if (step_ == Step::reading) {
    return unavailable("The files for TLS to Redis could not be read" + within +
                       ". Check the disk that they are on.");
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
        if (!self->url_.socket_path.empty()) return self->finish(std::move(self->channel_));
        boost::system::error_code unsupported;
        self->channel_->socket().set_option(asio::ip::tcp::no_delay(true), unsupported);
        self->channel_->socket().set_option(asio::socket_base::keep_alive(true), unsupported);
        if (!self->url_.tls) return self->finish(std::move(self->channel_));
        self->shake_hands();
      });
}

void Dialer::shake_hands() {
  if (auto prepared = channel_->use_tls(tls_context_, url_); !prepared) return finish(prepared.error());
  channel_->async_handshake([self = shared_from_this()](const boost::system::error_code& failed) {
    if (!self->done_) return;
    if (!failed) return self->finish(std::move(self->channel_));
    self->try_next(tls_failed(self->url_, self->channel_->tls(), failed.message()));
  });
}

void Dialer::finish(Result<std::unique_ptr<Channel>> result) {
  if (done_) std::exchange(done_, nullptr)(std::move(result));
}

}  // namespace pollux::redis
