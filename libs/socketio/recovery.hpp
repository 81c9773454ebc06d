// What clients that lost their connection need to go on as if they had not: who they were, and the events
// since. Source: https://socket.io/docs/v4/connection-state-recovery and the reference implementation. A
// client is told a private id (`pid`) with its CONNECT, and each event has one argument more, its offset;
// when it comes back it names the private id and the last offset that it saw.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/web_socket.hpp"
#include "socketio/audience.hpp"
#include "socketio/options.hpp"

namespace pollux::socketio {

// Any thread. Bounded by RecoveryOptions: the oldest events and the clients that left first give way.
class Recovery {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  // Events are numbered as they are kept. Each client sees broadcasts in that order, but what is emitted to
  // it alone may overtake broadcasts that are still on their way to its io thread. So the order of events for
  // a client is that of the newest broadcast that it was sent before them, then that of their own numbers.
  struct Position {
    std::uint64_t broadcast = 0;
    std::uint64_t number = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
  };
  // A client that has left: `start` is the position at which it connected.
  struct Session {
    std::string id;
    std::string namespace_name;
    std::vector<std::string> rooms;
    Position start;
  };
  struct Event {
    http::SharedMessage packet;  // encoded for Engine.IO
    std::vector<http::SharedMessage> attachments;
  };
  struct Recovered {
    std::string private_id;  // stays
    Session session;
    std::vector<Event> missed;    // in their order
    std::uint64_t broadcast = 0;  // the newest that was looked at
  };
  // Makes the packet of an event, given the JSON of its last argument.
  using Encode = std::function<http::SharedMessage(std::string_view offset)>;

  explicit Recovery(const RecoveryOptions& options) : options_(options) {}

  // Keeps a broadcast and calls `send` with it and its number before any other can be kept, so that all
  // threads are told of broadcasts in one order. Both calls are made under a lock.
  void broadcast(const Audience& audience, const Encode& encode,
                 const std::function<void(const http::SharedMessage& packet, std::uint64_t number)>& send);
  // Keeps an event for the client of that private id alone, who was sent `broadcast` before.
  http::SharedMessage emit(std::string_view private_id, std::uint64_t broadcast,
                           const std::vector<http::SharedMessage>& attachments, const Encode& encode);

  void leave(std::string private_id, Session session, TimePoint now);
  // Gives a client back what it left, once. Nothing where it is unknown, of another namespace, has been away
  // for too long, or where events since `offset` were given up. Without an offset: since it connected.
  std::optional<Recovered> restore(std::string_view private_id, std::string_view namespace_name,
                                   std::optional<std::string_view> offset, TimePoint now);

  bool skips_admit() const { return options_.skips_admit; }

 private:
  struct Kept {
    Position position;
    Audience audience;
    std::string private_id;  // of the only client that it is for; empty: it is for the audience
    Event event;
    std::size_t bytes = 0;
  };
  struct Away {
    Session session;
    TimePoint since;
    std::list<std::string>::iterator place;
  };

  http::SharedMessage keep_locked(Kept kept, const Encode& encode);
  void forget_locked(std::map<std::string, Away, std::less<>>::iterator away);
  void forget_overdue_locked(TimePoint now);
  std::optional<Position> find_locked(std::optional<std::string_view> offset, const Session& session) const;

  const RecoveryOptions options_;
  std::mutex mutex_;
  std::uint64_t number_ = 0;     // of the newest event
  std::uint64_t given_up_ = 0;   // of the newest event that gave way
  std::uint64_t broadcast_ = 0;  // of the newest broadcast
  std::size_t bytes_ = 0;
  std::deque<Kept> events_;                        // their numbers have no gaps
  std::map<std::string, Away, std::less<>> away_;  // by private id
  std::list<std::string> order_;                   // of leaving
};

}  // namespace pollux::socketio
