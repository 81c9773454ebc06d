// A session under any sequence of packets, transport events and times. Each line is an event: its first
// character says which, the rest is a packet; 't' and digits let milliseconds pass. The one who performs the
// actions is modelled here.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "engineio/session.hpp"

namespace engineio = pollux::engineio;
using std::chrono::milliseconds;

namespace {

constexpr engineio::PingTimes ping_times{milliseconds(300), milliseconds(200)};
constexpr milliseconds upgrade_time{1'000};

void require(bool holds) {
  if (!holds) std::abort();
}

class Model {
 public:
  explicit Model(engineio::Transport transport) : session_(ping_times, transport, now_, upgrade_time) {}

  void happens(char event, std::string_view text) {
    switch (event) {
      case 't':
        return pass(text);
      case 'r':
        if (text.starts_with('3')) last_pong_ = now_;
        last_packet_ = now_;
        return perform(session_.receive_text(text, now_));
      case 'b':
        last_packet_ = now_;
        return perform(session_.receive_binary(text, now_));
      case 'g':
        return perform(session_.poll(now_));
      case 'a':
        return session_.poll_answered();
      case 'x':
        return perform(session_.poll_abandoned());
      case 'w':
        return begin_probe();
      case 'p':
        return perform(session_.receive_probe_text(text, now_));
      case 'q':
        return perform(session_.receive_probe_binary());
      case 'c':
        probe_ = Probe::none;
        return session_.probe_closed();
      case 'e':
        return perform(session_.end(engineio::CloseReason::draining));
      default:
        return;
    }
  }

 private:
  enum class Probe { none, opened, answered };

  void pass(std::string_view digits) {
    unsigned span = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), span);
    now_ += milliseconds(span % 2'000);
    perform(session_.tick(now_));
    require(session_.deadline() > now_);  // or it would be called forever
    require(session_.ended() || !is_too_late());
  }

  // A silent client has until the ping's timeout. One that sends other packets gets that timeout again,
  // so without a pong it ends by then regardless of what it sends.
  bool is_too_late() const {
    const auto silent_limit = ping_times.interval + ping_times.timeout;
    return now_ - last_packet_ >= silent_limit || now_ - last_pong_ >= silent_limit + ping_times.timeout;
  }

  void begin_probe() {
    const bool begins = session_.begin_probe(now_);
    require(!begins ||
            (probe_ == Probe::none && !has_ended_ && session_.transport() == engineio::Transport::polling));
    if (begins) probe_ = Probe::opened;
  }

  void perform(const engineio::Actions& actions) {
    for (const auto& action : actions) perform(action);
    require(has_ended_ == session_.ended());
    require(!has_ended_ || session_.deadline() == engineio::TimePoint::max());
    // All that may outlive the session is a WebSocket whose client waits to be let in.
    require(!has_ended_ || probe_ != Probe::opened);
  }

  void perform(const engineio::Action& action) {
    require(!has_ended_ || std::holds_alternative<engineio::DropProbe>(action));
    if (std::holds_alternative<engineio::DropProbe>(action)) {
      require(probe_ != Probe::none);
      probe_ = Probe::none;
    } else if (std::holds_alternative<engineio::AnswerProbe>(action)) {
      require(probe_ == Probe::opened);
      probe_ = Probe::answered;
    } else if (std::holds_alternative<engineio::Switch>(action)) {
      require(probe_ == Probe::answered);
      probe_ = Probe::none;
    } else if (std::holds_alternative<engineio::End>(action)) {
      has_ended_ = true;
    }
  }

  engineio::TimePoint now_{};
  engineio::TimePoint last_pong_{};
  engineio::TimePoint last_packet_{};
  engineio::Session session_;
  Probe probe_ = Probe::none;
  bool has_ended_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const bool polls = rest.starts_with('P');
  Model model(polls ? engineio::Transport::polling : engineio::Transport::websocket);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!line.empty()) model.happens(line.front(), line.substr(1));
  }
  return 0;
}
