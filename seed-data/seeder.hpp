// A run: waits for the service, then votes with all clients.
#pragma once

#include <memory>
#include <string>

#include "seed-data/display.hpp"
#include "seed-data/options.hpp"
#include "seed-data/report.hpp"

namespace pollux::seed {

class Seeder {
 public:
  enum class State { waiting, voting, not_found, over };

  // Starts at once, on threads of its own. The options outlive it. Throws std::system_error if no descriptors
  // are left.
  explicit Seeder(const Options& options);
  ~Seeder();  // aborts the run

  State state() const;
  std::string last_error() const;
  Progress progress() const;

  // Readable when the state is not_found or over.
  int end_descriptor() const;

  // Sends no more votes; ends when those in flight are answered.
  void stop();

  // Stops all threads and returns the report. Call it once, at the end. Votes in flight have an unknown
  // outcome.
  Report finish();

 private:
  class Parts;

  std::unique_ptr<Parts> parts_;
};

}  // namespace pollux::seed
