// What the suite of the VoteQueue port asks of an adapter.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "conformance/adapter.hpp"
#include "poll/vote_queue.hpp"

namespace pollux::conformance {

// A queue that is empty at first, and room for at least 1000 votes that nobody receives unless `bound` says
// less.
class VoteQueueSubject {
 public:
  virtual ~VoteQueueSubject() = default;

  virtual poll::VoteQueue& queue() = 0;
  virtual poll::VoteConsumer& consumer() = 0;

  // True where an accepted vote outlives the process before it is acknowledged: it is accepted when it is
  // queued, and delivered again when it is released.
  virtual bool durable() const = 0;

  // How many votes the queue holds before it says `full`; 0 where only memory bounds it.
  virtual std::size_t bound() const = 0;

  // No vote is accepted from now on.
  virtual void close() = 0;

  // Destroys the queue; queue() and consumer() are not used afterwards.
  virtual void destroy() = 0;
};

std::vector<Adapter<VoteQueueSubject>> vote_queues();

}  // namespace pollux::conformance
