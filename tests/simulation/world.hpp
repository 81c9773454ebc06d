// What the parts of one history share: random numbers, clock, servers, faults, and the observer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "simulation/agenda.hpp"
#include "simulation/branches.hpp"
#include "simulation/database.hpp"
#include "simulation/history.hpp"
#include "simulation/random.hpp"
#include "simulation/redis_model.hpp"

namespace pollux::simulation {

class World {
 public:
  // Clears the database, which outlives it. `trace` gets a line for each thing that happens; null: none.
  World(std::uint64_t seed, Coverage& coverage, Database& server, std::ostream* trace);

  // Whether a fault happens now: with a probability that each history chooses for itself, and only between
  // these calls. Counts and traces it.
  bool strikes(Branch fault, std::string_view where);
  void begin_faults() {
    faults_ = true;
    database.keep_all();
  }
  void end_faults() { faults_ = false; }
  bool has_faults() const { return faults_; }

  // Something that is no fault, but must have happened.
  void took(Branch branch) { coverage_.take(branch); }

  // A worker has left votes to newer ones; they are read by the end of the history.
  void note_newer_format_left() { newer_format_left_ = true; }
  bool newer_format_left() const { return newer_format_left_; }

  bool traces() const { return trace_ != nullptr; }
  void trace(std::string_view who, std::string_view what) const;

  // The time by the clock of the Redis server.
  RedisModel::UnixTime redis_time() const;
  redis::Reply execute(const Words& command) { return redis.execute(command, redis_time()); }

  // Faults of the servers. A connection knows by the number of the server's start that it was cut.
  void restart_redis(milliseconds away);
  void fail_over_redis(milliseconds away);
  void set_redis_clock_back();
  void stop_database(milliseconds away);
  void fail_over_database(milliseconds away);
  bool redis_is_up() const { return agenda.now() >= redis_up_at_; }
  bool database_is_up() const { return agenda.now() >= database_up_at_; }
  std::uint64_t redis_start() const { return redis_start_; }

  Random random;
  Agenda agenda;
  RedisModel redis;
  Database& database;
  History history;

 private:
  Coverage& coverage_;
  std::ostream* const trace_;
  bool faults_ = false;
  bool newer_format_left_ = false;
  std::array<std::uint64_t, branch_count> per_mille_{};
  milliseconds redis_clock_offset_{0};
  Time redis_up_at_;
  Time database_up_at_;
  std::uint64_t redis_start_ = 0;
};

}  // namespace pollux::simulation
