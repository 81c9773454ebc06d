// The reference of a broadcast: a process that holds as many connections and does nothing but send() to each.
#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

#include "bench/viewers/system.hpp"

namespace pollux::bench {

class BareSender {
 public:
  // Forks; the program must not have threads yet.
  explicit BareSender(std::size_t connections);
  ~BareSender();
  BareSender(const BareSender&) = delete;
  BareSender& operator=(const BareSender&) = delete;

  std::uint16_t port() const { return port_; }
  // Has it send these bytes to every connection, in the order in which they came. Returns at once.
  void send(const std::string& frame);

 private:
  std::uint16_t port_ = 0;
  Descriptor orders_;
  pid_t process_ = -1;
};

}  // namespace pollux::bench
