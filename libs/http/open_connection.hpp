// An open connection as its worker knows it: something that is counted, has a deadline and can be cut.
#pragma once

#include <chrono>
#include <memory>

#include <boost/intrusive/list_hook.hpp>

namespace pollux::http {

class IoWorker;

// Lives on one io thread, where all of this is called. There is no timer for each connection: the worker
// looks at all deadlines a few times a second, which costs no system call and no heap of timers.
class OpenConnection : public boost::intrusive::list_base_hook<> {
 public:
  using Clock = std::chrono::steady_clock;

  explicit OpenConnection(std::shared_ptr<IoWorker> worker);
  OpenConnection(const OpenConnection&) = delete;
  OpenConnection& operator=(const OpenConnection&) = delete;

  Clock::time_point deadline() const { return deadline_; }
  virtual void deadline_passed() = 0;  // called again at each look until there is another deadline
  // Closes it where it waits for the next request, and nothing is on the way.
  virtual bool close_if_idle() = 0;
  virtual void force_close() = 0;  // closes at once

 protected:
  virtual ~OpenConnection();

  void set_deadline(Clock::duration from_now) { deadline_ = Clock::now() + from_now; }
  bool has_deadline() const { return deadline_ != Clock::time_point::max(); }
  void clear_deadline() { deadline_ = Clock::time_point::max(); }

  IoWorker& worker() { return *worker_; }
  const std::shared_ptr<IoWorker>& shared_worker() const { return worker_; }
  bool has_left() const { return worker_ == nullptr; }
  void leave();  // neither counted nor looked at any more; worker() is gone. Again: nothing

 private:
  std::shared_ptr<IoWorker> worker_;
  Clock::time_point deadline_ = Clock::time_point::max();
};

}  // namespace pollux::http
