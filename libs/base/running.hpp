// Threads that run for as long as a member lives, so that the order of members says what they may use.
#pragma once

namespace pollux {

// Starts `part` (anything with start() and stop()) and stops it at its destruction. Declare it behind all
// that the threads of the part use: the members below it go while those threads run, the members above it
// once they have ended.
template <class Part>
class Running {
 public:
  explicit Running(Part& part) : part_(part) { part_.start(); }
  ~Running() { part_.stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Part& part_;
};

}  // namespace pollux
