// The threads that do input and output: one io_context each, so that a connection's handlers run on one
// thread and need no lock.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace pollux {

// Contexts may be given work before start(). After stop() no handler runs; queued handlers are destroyed by
// the destructor while all contexts still exist, since they may own sockets and timers of any context.
// start(), stop(), running() and the destructor are for one owner thread; context() and current() are for any
// thread.
class IoThreads {
 public:
  using Context = boost::asio::io_context;

  // `count` is 1 to 256.
  explicit IoThreads(std::size_t count);
  ~IoThreads();  // stops
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  std::size_t size() const { return workers_.size(); }
  Context& context(std::size_t index) { return workers_[index]->context; }

  void start();
  void stop();  // joins all threads
  bool running() const { return !threads_.empty(); }

  // The index of the calling thread's context; nullopt on other threads.
  std::optional<std::size_t> current() const;

 private:
  struct OwnContext final : Context {
    using boost::asio::execution_context::shutdown;  // destroys queued handlers
    using Context::Context;
  };
  struct Worker {
    OwnContext context{1};  // a concurrency hint of 1: a single thread runs it
    boost::asio::executor_work_guard<Context::executor_type> work{context.get_executor()};
  };

  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace pollux
