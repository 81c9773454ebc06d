#include "bench/path/screen.hpp"

#include <charconv>
#include <stdexcept>

namespace pollux::bench {
namespace {

// Options are in order, and no label of the bench looks like a count.
std::vector<std::uint64_t> counts_in(std::string_view tally) {
  constexpr std::string_view name = "\"count\":";
  std::vector<std::uint64_t> counts;
  for (auto at = tally.find(name); at != std::string_view::npos; at = tally.find(name, at)) {
    at += name.size();
    std::from_chars(tally.data() + at, tally.data() + tally.size(), counts.emplace_back());
  }
  if (counts.empty()) throw std::runtime_error("A tally has no counts: " + std::string(tally));
  return counts;
}

}  // namespace

Screen::Screen(std::uint16_t port, std::string_view poll)
    : tally_prefix_(tally_prefix(poll)),
      socket_(connect_from(1, port)),
      counts_(counts_in(join_poll(socket_.get(), incoming_, poll))) {}

bool Screen::receive() {
  receive_into(socket_.get(), incoming_);
  bool changed = false;
  while (const auto frame = first_frame(incoming_)) {
    changed |= take(payload_of(*frame));
    incoming_.erase(0, frame->size());
  }
  return changed;
}

bool Screen::take(std::string_view payload) {
  if (payload == "2") {
    send_all(socket_.get(), text_frame("3"));
    return false;
  }
  if (!payload.starts_with(tally_prefix_)) return false;
  counts_ = counts_in(payload);
  ++tallies_;
  return true;
}

}  // namespace pollux::bench
