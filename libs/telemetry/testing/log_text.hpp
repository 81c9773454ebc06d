// For tests: the text of a log that other threads still write to.
#pragma once

#include <cstddef>
#include <mutex>
#include <ostream>
#include <streambuf>
#include <string>

namespace pollux::telemetry {

// Outlives the log that writes to its stream. text() from any thread.
class LogText : private std::streambuf {
 public:
  std::ostream& stream() { return stream_; }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  int_type overflow(int_type character) override {
    const std::lock_guard lock(mutex_);
    if (character != traits_type::eof()) text_ += static_cast<char>(character);
    return 0;
  }
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    const std::lock_guard lock(mutex_);
    text_.append(bytes, static_cast<std::size_t>(count));
    return count;
  }

  mutable std::mutex mutex_;
  std::string text_;
  std::ostream stream_{this};
};

}  // namespace pollux::telemetry
