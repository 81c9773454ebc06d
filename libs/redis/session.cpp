#include "redis/session.hpp"

#include <new>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <hiredis/hiredis.h>

#include "redis/channel.hpp"
#include "redis/error.hpp"
#include "redis/reply_reader.hpp"

namespace pollux::redis {

namespace asio = boost::asio;

void Session::FreeReader::operator()(redisReader* reader) const {
  redisReaderFree(reader);
}

Session::Session(std::unique_ptr<Channel> channel, const Url& url, Owner& owner)
    : channel_(std::move(channel)),
      url_(url),
      owner_(&owner),
      reader_(redisReaderCreateWithFunctions(reply_functions())) {
  if (!reader_) throw std::bad_alloc();
}

Session::~Session() = default;

void Session::start() {
  read();
}

void Session::send(const EncodedCommand& command, Answer answer, Time due, ErrorScope scope) {
  next_output_ += command.bytes();
  in_flight_.push_back({std::move(answer), due, scope});
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
                          if (error) return self->end(self->lost(error));
                          if (!self->next_output_.empty()) return self->write();
                          self->writing_ = false;
                        });
}

Error Session::lost(const boost::system::error_code& error) const {
  return answered_ ? connection_lost(url_, reason_of(error)) : closed_at_once(url_, reason_of(error));
}

void Session::read() {
  channel_->async_read_some(
      asio::buffer(input_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
        if (self->ended_) return;
        if (!error) return self->on_read(size);
        self->end(self->lost(error));
      });
}

void Session::on_read(std::size_t size) {
  answered_ = true;
  redisReaderFeed(reader_.get(), input_.data(), size);
  while (!ended_) {
    void* parsed = nullptr;
    if (redisReaderGetReply(reader_.get(), &parsed) != REDIS_OK) {
      return end(connection_lost(url_, "what came is not Redis's protocol"));
    }
    if (parsed == nullptr) break;
    take(take_reply(parsed));
  }
  if (ended_) return;
  if (reader_->len > max_reply_bytes) {
    return end(connection_lost(url_, "a reply has more than " + std::to_string(max_reply_bytes) + " bytes"));
  }
  read();
}

void Session::take(Reply reply) {
  if (in_flight_.empty()) {
    // Said before anything was asked, such as "ERR max number of clients reached".
    return end(reply.is_error() ? refused_by_redis(url_, reply.text)
                                : connection_lost(url_, "a reply came that nothing had asked for"));
  }
  const Answer answer = std::move(in_flight_.front().answer);
  const bool concerns_owner = in_flight_.front().scope == ErrorScope::owner;
  in_flight_.pop_front();
  if (!reply.is_error()) {
    if (concerns_owner) owner_->on_answer();
    return answer(std::move(reply));
  }
  const Error error = refused_by_redis(url_, reply.text);
  if (concerns_owner) owner_->on_error_reply(error);
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
