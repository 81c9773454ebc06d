#include "redis/session.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "redis/dialer.hpp"
#include "redis/error.hpp"

namespace pollux::redis {

namespace asio = boost::asio;

Session::Session(std::unique_ptr<Channel> channel, const Url& url, Owner& owner)
    : channel_(std::move(channel)), url_(url), owner_(&owner) {}

Session::~Session() = default;

void Session::start() {
  read();
}

void Session::send(const EncodedCommand& command, Answer answer, Time due, Notify notify) {
  next_output_ += command.bytes();
  in_flight_.push_back({std::move(answer), due, notify});
  if (writing_) return;
  writing_ = true;
  // Later, so that the commands of all requests that were read in this round share the write.
  asio::post(channel_->socket().get_executor(), [self = shared_from_this()] { self->write(); });
}

void Session::write() {
  if (ended_) return;
  output_.clear();
  std::swap(output_, next_output_);
  channel_->async_write(asio::buffer(output_),
                        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                          if (self->ended_) return;
                          if (error)
                            return self->end(connection_lost(self->url_, error, self->channel_->answered()));
                          if (!self->next_output_.empty()) return self->write();
                          self->writing_ = false;
                        });
}

void Session::read() {
  channel_->async_read_some(
      asio::buffer(input_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
        if (self->ended_) return;
        if (!error) return self->on_read(size);
        self->end(connection_lost(self->url_, error, self->channel_->answered()));
      });
}

void Session::on_read(std::size_t size) {
  channel_->set_answered();
  reader_.feed({input_.data(), size});
  while (!ended_) {
    auto reply = reader_.next();
    if (!reply) return end(connection_lost(url_, reply.error().message));
    if (!*reply) break;
    take(std::move(**reply));
  }
  if (ended_) return;
  if (reader_.buffered_bytes() > max_reply_bytes) {
    return end(connection_lost(url_, "a reply has more than " + std::to_string(max_reply_bytes) + " bytes"));
  }
  read();
}

void Session::take(Reply reply) {
  if (in_flight_.empty()) {
    // Redis sends "ERR max number of clients reached" before it has read a command.
    return end(reply.is_error() ? error_of_reply(url_, reply.text)
                                : connection_lost(url_, "a reply came without a command"));
  }
  const Answer answer = std::move(in_flight_.front().answer);
  const bool notify_owner = in_flight_.front().notify == Notify::owner;
  in_flight_.pop_front();
  if (!reply.is_error()) {
    if (notify_owner) owner_->on_reply();
    return answer(std::move(reply));
  }
  const Error error = error_of_reply(url_, reply.text);
  if (notify_owner) owner_->on_error_reply(error);
  answer(error);
  if (ends_connection(reply.text)) end(error);
}

void Session::end(const Error& reason) {
  if (std::exchange(ended_, true)) return;
  channel_->close();
  std::exchange(owner_, nullptr)->on_end(reason);
  for (const InFlight& command : std::exchange(in_flight_, {})) command.answer(reason);
}

}  // namespace pollux::redis
