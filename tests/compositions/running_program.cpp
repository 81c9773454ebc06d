#include "compositions/running_program.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

namespace pollux::compositions {
namespace {

std::string post_of(const std::string& path, const std::string& form) {
  return "POST " + path +
         " HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(form.size()) + "\r\n\r\n" + form;
}

}  // namespace

RunningProgram::RunningProgram(std::chrono::milliseconds drain_time, const lifecycle::StartService& start)
    : drain_time_(drain_time) {
  lifecycle::Startup startup(std::chrono::milliseconds(0), log_, signals_);
  auto service = start(startup);
  if (service) {
    service_ = *std::move(service);
  } else {
    error_ = service.error().message;
  }
}

std::uint16_t RunningProgram::port(const std::string& listener) const {
  const std::string text = log();
  const std::string begin = "\"" + listener + "\":\"127.0.0.1:";
  const std::size_t found = text.find(begin);
  if (found == text.npos) throw std::runtime_error("The log does not say where " + listener + " is: " + text);
  return static_cast<std::uint16_t>(std::stoul(text.substr(found + begin.size())));
}

std::string RunningProgram::ask(const std::string& path) const {
  const http::WireAnswer answer = request(port("management"), path);
  return answer.head + "\r\n" + answer.body;
}

double RunningProgram::metric(const std::string& name) const {
  const std::string text = ask("/metrics");
  const std::string begin = "\n" + name + " ";
  const std::size_t found = text.find(begin);
  return found == text.npos ? -1 : std::stod(text.substr(found + begin.size()));
}

std::size_t RunningProgram::steps() {
  return planned_drain().size();
}

void RunningProgram::drain(std::size_t steps) {
  for (std::size_t step = 0; step < steps; ++step) planned_drain().run_step(step, signals_);
}

lifecycle::Drain& RunningProgram::planned_drain() {
  if (!drain_) {
    drain_ = std::make_unique<lifecycle::Drain>(log_, drain_time_);
    service_->add_steps(*drain_);
  }
  return *drain_;
}

http::WireAnswer request(std::uint16_t port, const std::string& path, const std::string& form) {
  http::WireClient client(port);
  client.send(form.empty() ? "GET " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
                           : post_of(path, form));
  return client.read_answer();
}

Voters::Voters(std::uint16_t port, std::size_t count, const std::string& path) {
  for (std::size_t i = 0; i < count; ++i) {
    auto& client = clients_.emplace_back(std::make_unique<http::WireClient>(port));
    EXPECT_TRUE(client->send(post_of(path, "vote=a")));
  }
}

std::size_t Voters::accepted() {
  std::size_t accepted = 0;
  for (const auto& client : clients_) {
    const unsigned status = client->read_answer().status;
    if (status == 200) ++accepted;
    const bool cut = status == 0 && client->is_closed();
    EXPECT_TRUE(cut || status == 200 || status == 503) << status;
  }
  clients_.clear();
  return accepted;
}

}  // namespace pollux::compositions
