// The program `pollux`: vote, worker and result in one process, on one file.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "http/server.hpp"
#include "service/drain.hpp"
#include "service/log.hpp"
#include "standalone/options.hpp"

namespace pollux::standalone {

// Where it listens, with the ports that were taken.
struct Endpoints {
  http::Endpoint vote;
  http::Endpoint result;
  http::Endpoint management;
};

class Standalone {
 public:
  // Opens the store, binds the listeners and serves. An error is a sentence that says what to do. The log
  // outlives it.
  static Result<std::unique_ptr<Standalone>> start(const Options& options, Log& log);
  ~Standalone();

  const Endpoints& endpoints() const;

  // The steps of an ordered stop; run them before the destructor, which cuts what is in flight.
  void add_steps(Drain& drain);

 private:
  class Parts;

  explicit Standalone(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace pollux::standalone
