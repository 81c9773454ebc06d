// Connection state recovery: who disconnected clients were, and the events that they have missed since.
// Source: https://socket.io/docs/v4/connection-state-recovery and the reference implementation. The CONNECT
// of a client carries a private id (`pid`), and each event has its offset as an extra last argument; a client
// that reconnects sends the private id and the last offset that it received.
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
#include "socketio/event.hpp"
#include "socketio/options.hpp"

namespace pollux::socketio {

// Any thread. Bounded by RecoveryOptions: the oldest events and sessions are dropped first.
class Recovery {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  // Events are numbered in the order in which they are stored. Every client sees broadcasts in that order,
  // but an event emitted to one client may overtake broadcasts that are still on their way to its io thread.
  // A client therefore sees events ordered by the newest broadcast sent to it before them, then by their own
  // number.
  struct Position {
    std::uint64_t broadcast = 0;
    std::uint64_t number = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
  };
  // A disconnected client. `start` is the position at which it connected.
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
    std::string private_id;  // unchanged
    Session session;
    std::vector<Event> missed;    // in the order of the client
    std::uint64_t broadcast = 0;  // the newest broadcast considered for `missed`
  };
  // Encodes an event's packet, given the JSON of its last argument.
  using Encode = std::function<http::SharedMessage(std::string_view offset)>;

  explicit Recovery(const RecoveryOptions& options) : options_(options) {}

  // Stores a broadcast and calls `send` with its packet and number before another can be stored, so that all
  // threads receive broadcasts in the same order. Both callbacks run under a lock.
  void broadcast(const Audience& audience, const Encode& encode,
                 const std::function<void(const http::SharedMessage& packet, std::uint64_t number)>& send);
  // Stores an event for the client with this private id only. `broadcast` is the newest broadcast sent to it
  // before.
  http::SharedMessage emit(std::string_view private_id, std::uint64_t broadcast,
                           const std::vector<http::SharedMessage>& attachments, const Encode& encode);

  void save(std::string private_id, Session session, TimePoint now);
  // Takes a saved session out, with the events since `offset`, or since it connected if there is no offset.
  // Empty if the session is unknown, of another namespace or expired, or if some of these events were
  // dropped.
  std::optional<Recovered> restore(std::string_view private_id, std::string_view namespace_name,
                                   std::optional<std::string_view> offset, TimePoint now);

  bool skips_admit() const { return options_.skips_admit; }

 private:
  struct StoredEvent {
    Position position;
    Audience audience;
    std::string private_id;  // of the only recipient; empty: the event is for the audience
    Event event;
    std::size_t bytes = 0;
  };
  struct SavedSession {
    Session session;
    TimePoint saved_at;
    std::list<std::string>::iterator place;  // in order_
  };
  using SavedSessions = std::map<std::string, SavedSession, std::less<>>;

  http::SharedMessage store_locked(StoredEvent stored, const Encode& encode);
  void erase_locked(SavedSessions::iterator saved);
  void expire_locked(TimePoint now);
  std::optional<Position> position_locked(std::optional<std::string_view> offset,
                                          const Session& session) const;
  std::vector<Event> missed_locked(const Session& session, std::string_view private_id, Position since) const;

  const RecoveryOptions options_;
  std::mutex mutex_;
  std::uint64_t number_ = 0;     // of the newest event
  std::uint64_t dropped_ = 0;    // of the newest event that was dropped
  std::uint64_t broadcast_ = 0;  // of the newest broadcast
  std::size_t bytes_ = 0;
  std::deque<StoredEvent> events_;  // numbered without gaps from dropped_ + 1
  SavedSessions sessions_;          // by private id
  std::list<std::string> order_;    // private ids, the oldest session first
};

}  // namespace pollux::socketio
