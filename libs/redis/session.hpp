// One connection to Redis until it is lost: commands out, replies back in order.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <boost/system/error_code.hpp>

#include "base/result.hpp"
#include "redis/protocol.hpp"
#include "redis/url.hpp"

namespace pollux::redis {

class Channel;

// The thread of the io_context only.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // An error reply comes as an error. Called exactly once.
  using Answer = std::function<void(Result<Reply>)>;

  // Notified before the answer to the same command. May call the session.
  class Owner {
   public:
    virtual void on_reply() = 0;
    virtual void on_error_reply(const Error& error) = 0;
    virtual void on_end(const Error& reason) = 0;  // once; the session is not used any more

   protected:
    ~Owner() = default;
  };

  static constexpr std::size_t max_reply_bytes = std::size_t{1024} * 1024;

  Session(std::unique_ptr<Channel> channel, const Url& url, Owner& owner);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start();

  // Whether the owner is notified of the reply as well.
  enum class Notify { owner, answer_only };

  // Commands that are sent before the io_context polls again share one write. `due` must not decrease from
  // one command to the next. Not after the end.
  void send(const EncodedCommand& command, Answer answer, Time due, Notify notify = Notify::owner);

  // Closes the connection, notifies the owner and then fails everything in flight. A second call does
  // nothing.
  void end(const Error& reason);

  std::size_t in_flight() const { return in_flight_.size(); }
  bool overdue(Time now) const { return !in_flight_.empty() && in_flight_.front().due < now; }

 private:
  struct InFlight {
    Answer answer;
    Time due;
    Notify notify;
  };

  void write();
  void read();
  void on_read(std::size_t size);
  void take(Reply reply);

  std::unique_ptr<Channel> channel_;
  const Url url_;
  Owner* owner_;
  ReplyReader reader_;
  std::array<char, std::size_t{16} * 1024> input_;
  std::string next_output_;  // grows while output_ is being written
  std::string output_;
  bool writing_ = false;
  bool ended_ = false;
  std::deque<InFlight> in_flight_;  // in the order of sending, which is that of the replies
};

}  // namespace pollux::redis
