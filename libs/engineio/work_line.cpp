#include "engineio/work_line.hpp"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

namespace pollux::engineio {
namespace {

// Several openings; some hundred packets of a payload. Less would spend more on looking at the sockets than
// on the work.
constexpr std::chrono::microseconds slice{50};

}  // namespace

void WorkLine::push(Work work) {
  line_.push_back(std::move(work));
  if (++size_ == 1) post_turn();
}

void WorkLine::clear() {
  const auto left = std::exchange(line_, {});  // apart, because its end may push more
  size_ = 0;
}

// Behind everything that is ready on the thread, and what is posted meanwhile comes behind the next look at
// the sockets: so there is one look between two turns.
void WorkLine::post_turn() {
  boost::asio::post(context_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->take_turn();
  });
}

bool WorkLine::take_part(const Work& work, Clock::time_point end) const {
  try {
    return work(end);
  } catch (const std::exception& error) {
    if (on_failure_) on_failure_(error.what());
  } catch (...) {
    if (on_failure_) on_failure_("something that is no exception");
  }
  return false;
}

void WorkLine::take_turn() {
  const auto end = Clock::now() + slice;
  do {
    Work work = std::move(line_.front());
    line_.pop_front();
    if (take_part(work, end)) line_.push_back(std::move(work));
  } while (!line_.empty() && Clock::now() < end);
  size_ = line_.size();
  if (!line_.empty()) post_turn();
}

}  // namespace pollux::engineio
