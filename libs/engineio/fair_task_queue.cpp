#include "engineio/fair_task_queue.hpp"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

namespace pollux::engineio {
namespace {

// Enough for several openings or some hundred packets of a payload. A shorter slice would spend more time on
// polling the sockets than on the tasks.
constexpr std::chrono::microseconds slice{50};

}  // namespace

void FairTaskQueue::push(Task task) {
  tasks_.push_back(std::move(task));
  if (++size_ == 1) post_turn();
}

void FairTaskQueue::clear() {
  const auto left =
      std::exchange(tasks_, {});  // moved out first, because a task's destructor may push another
  size_ = 0;
}

// Runs after everything that is ready on the thread. Asio polls the sockets before it runs what is posted
// meanwhile, so they are polled between two turns.
void FairTaskQueue::post_turn() {
  boost::asio::post(context_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->take_turn();
  });
}

bool FairTaskQueue::run_slice(const Task& task, Clock::time_point end) const {
  try {
    return task(end);
  } catch (const std::exception& error) {
    if (on_failure_) on_failure_(error.what());
  } catch (...) {
    if (on_failure_) on_failure_("The exception is not a std::exception.");
  }
  return false;
}

void FairTaskQueue::take_turn() {
  const auto end = Clock::now() + slice;
  do {
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    if (run_slice(task, end)) tasks_.push_back(std::move(task));
  } while (!tasks_.empty() && Clock::now() < end);
  size_ = tasks_.size();
  if (!tasks_.empty()) post_turn();
}

}  // namespace pollux::engineio
