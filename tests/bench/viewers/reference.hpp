// The reference for a broadcast: a process that calls send() on each of its connections in a loop, and
// another that receives as the viewers do. They are separate processes because one limit of descriptors may
// not allow for both.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include <sys/types.h>

#include "bench/system.hpp"

namespace pollux::bench {

// A forked child that receives orders, each a message of at most 64 KiB. The child ends when its parent
// closes the socket. Fork before the program has threads.
class OrderedChild {
 public:
  // `serve` runs in the child and returns when `orders` has ended.
  explicit OrderedChild(const std::function<void(int orders)>& serve);
  ~OrderedChild();
  OrderedChild(const OrderedChild&) = delete;
  OrderedChild& operator=(const OrderedChild&) = delete;

  int orders() const { return orders_.get(); }

 private:
  Descriptor orders_;
  pid_t process_ = -1;
};

class Reference {
 public:
  // Forks; the program must not have threads yet. Connects in the first round.
  Reference(std::size_t connections, std::size_t addresses);

  // Sends this frame to all connections. Returns the time from the first receiver to the last.
  std::chrono::nanoseconds round(const std::string& frame) const;

 private:
  OrderedChild receiver_;
};

}  // namespace pollux::bench
