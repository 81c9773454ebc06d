// Runs a composition root in the test's process, where sanitizers see all its threads, and stops it between
// any two steps of its drain.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/testing/wire_client.hpp"
#include "lifecycle/service_program.hpp"
#include "telemetry/testing/log_text.hpp"

namespace pollux::compositions {

class RunningProgram {
 public:
  // The error of the start is in error(); waits for dependencies have no time. `drain_time` is for all steps
  // of the drain together.
  RunningProgram(std::chrono::milliseconds drain_time, const lifecycle::StartService& start);

  bool started() const { return service_ != nullptr; }
  const std::string& error() const { return error_; }
  std::string log() const { return log_text_.text(); }

  // The port of "vote", "result" or "management", from the log.
  std::uint16_t port(const std::string& listener) const;
  // The response of the management listener; empty if there is none.
  std::string ask(const std::string& path) const;
  // The value of a metric without labels; -1 if it is missing.
  double metric(const std::string& name) const;

  std::size_t steps();            // of its drain
  void drain(std::size_t steps);  // runs the first ones
  void destroy() { service_.reset(); }

 private:
  lifecycle::Drain& planned_drain();

  const std::chrono::milliseconds drain_time_;
  lifecycle::TerminationSignals signals_;
  telemetry::LogText log_text_;
  telemetry::Log log_{telemetry::LogLevel::info, log_text_.stream()};
  std::unique_ptr<lifecycle::Drain> drain_;
  std::unique_ptr<lifecycle::Service> service_;
  std::string error_;
};

// The response to a request on a connection of its own. With a body it is a form, and the method POST.
http::WireAnswer request(std::uint16_t port, const std::string& path, const std::string& form = "");

// Clients that have sent one vote each and wait for the response.
class Voters {
 public:
  Voters(std::uint16_t port, std::size_t count, const std::string& path = "/");

  // How many got a 200. All others must get a 503 or a closed connection.
  std::size_t accepted();

 private:
  std::vector<std::unique_ptr<http::WireClient>> clients_;
};

// A listener that occupies a free port of the loopback.
class TakenPort {
 public:
  TakenPort() : server_([](const http::Request&, const http::Reply&) {}) {}
  http::Endpoint endpoint() const { return {"127.0.0.1", server_.port()}; }

 private:
  http::TestServer server_;
};

}  // namespace pollux::compositions
