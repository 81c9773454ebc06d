// A process of the history, which a fault may kill within any call of a port.
#pragma once

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "simulation/world.hpp"

namespace pollux::simulation {

// Thrown out of a call of a port: what the process had in memory is gone.
class ProcessKilled : public std::exception {};

class Process {
 public:
  Process(World& world, std::string name) : world_(world), name_(std::move(name)) {}

  World& world() { return world_; }
  const std::string& name() const { return name_; }

  // The clock, moved on by what the process has waited for in its current step.
  Time now() const { return std::max(world_.agenda.now(), busy_until_); }
  void spend(milliseconds time) { busy_until_ = now() + time; }

  bool is_alive() const { return alive_; }
  void start() {
    alive_ = true;
    ends_ = false;
  }
  void end() { alive_ = false; }

  // From now on it is in its destructors, which a kill does not leave by an exception.
  void begin_end() { ends_ = true; }

  // Kills the process if the fault strikes.
  void risk(Branch fault) {
    if (world_.strikes(fault, name_)) kill();
  }
  void kill() {
    end();
    if (!ends_) throw ProcessKilled();
  }

 private:
  World& world_;
  const std::string name_;
  Time busy_until_;
  bool alive_ = false;
  bool ends_ = false;
};

}  // namespace pollux::simulation
