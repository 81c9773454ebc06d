// The reference of a broadcast, in processes of its own: one that does nothing but send() to each of its
// connections, one that receives them as the viewers are received. Apart from the viewers' process, because
// each of them may have a limit of descriptors that does not hold both.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <sys/types.h>

#include "bench/viewers/system.hpp"

namespace pollux::bench {

class BareReference {
 public:
  // Forks; the program must not have threads yet. Connects at the first round.
  BareReference(std::size_t connections, std::size_t addresses);
  ~BareReference();
  BareReference(const BareReference&) = delete;
  BareReference& operator=(const BareReference&) = delete;

  // Sends this frame to all of them. From the first that received it to the last.
  std::chrono::nanoseconds round(const std::string& frame) const;

 private:
  Descriptor orders_;
  pid_t process_ = -1;
};

}  // namespace pollux::bench
