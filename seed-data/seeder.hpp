// A whole run: waits for the service, then votes with all clients.
#pragma once

#include <memory>
#include <string>

#include "seed-data/options.hpp"
#include "seed-data/progress.hpp"
#include "seed-data/report.hpp"

namespace pollux::seed {

class Seeder {
 public:
  enum class State { waiting, voting, not_found, over };

  // Starts at once, on threads of its own. The options outlive it. Throws std::system_error where the system
  // has no descriptors left.
  explicit Seeder(const Options& options);
  ~Seeder();  // ends it, wherever it is

  State state() const;
  std::string trouble() const;  // the last thing that went wrong, a sentence
  Progress progress() const;

  // Readable when it has ended: not_found or over.
  int end_descriptor() const;

  // Takes no more votes; ends when those under way have been answered.
  void stop();

  // Ends all threads and says what has become of the votes. Once, at the end; a vote that is under way then
  // is one of unknown outcome.
  Report finish();

 private:
  class Parts;

  std::unique_ptr<Parts> parts_;
};

}  // namespace pollux::seed
