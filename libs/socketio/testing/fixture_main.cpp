// socketio-fixture --port N [--threads N] [--ping-interval MILLISECONDS] [--ping-timeout MILLISECONDS]
// [--buffered-bytes N] [--recovery-time MILLISECONDS]: the fixture server on 127.0.0.1. Prints its port and
// serves until SIGINT or SIGTERM.
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include "socketio/testing/fixture_server.hpp"

namespace {

using namespace pollux::socketio::testing;
using pollux::socketio::Options;

struct Arguments {
  std::uint16_t port = 0;
  std::size_t threads = 1;
  Options options = fixture_options();
};

Arguments parse(int count, char** texts) {
  Arguments arguments;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = texts[i];
    const unsigned long number = std::stoul(texts[i + 1]);
    if (name == "--port" && number <= 65'535) {
      arguments.port = static_cast<std::uint16_t>(number);
    } else if (name == "--threads" && number >= 1 && number <= 256) {
      arguments.threads = number;
    } else if (name == "--ping-interval" && number >= 1 && number <= 3'600'000) {
      arguments.options.transport.ping_times.interval = std::chrono::milliseconds(number);
    } else if (name == "--ping-timeout" && number >= 1 && number <= 3'600'000) {
      arguments.options.transport.ping_times.timeout = std::chrono::milliseconds(number);
    } else if (name == "--buffered-bytes" && number >= 1) {
      arguments.options.transport.buffered_bytes = number;
    } else if (name == "--recovery-time" && number <= 3'600'000) {
      arguments.options.recovery.time = std::chrono::milliseconds(number);
    } else {
      throw std::invalid_argument(std::string(name));
    }
  }
  if (count % 2 == 0) throw std::invalid_argument(texts[count - 1]);
  return arguments;
}

}  // namespace

int main(int count, char** texts) {
  // Before the io threads start, so that they inherit the mask and only sigwait() receives the signals.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  try {
    const Arguments arguments = parse(count, texts);
    const FixtureServer server(arguments.options, fixture_namespaces(), arguments.threads, arguments.port);
    std::cout << server.port() << std::endl;
    int signal = 0;
    sigwait(&ending, &signal);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "usage: socketio-fixture --port N [--threads N] [--ping-interval MILLISECONDS]"
                 " [--ping-timeout MILLISECONDS] [--buffered-bytes N] [--recovery-time MILLISECONDS]   ("
              << error.what() << ")\n";
    return EXIT_FAILURE;
  }
}
