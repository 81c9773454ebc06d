// Bytes that a connection has received and not consumed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace pollux::http {

// Views into it are valid until make_space(), reserve(), erase() or consume().
class ReadBuffer {
 public:
  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  // Space for the next bytes, without moving anything; empty if full.
  std::span<char> spare() { return {bytes_.get() + end_, capacity_ - end_}; }
  void commit(std::size_t received) { end_ += received; }

  // Makes spare() at least one byte. If the buffer has to grow, it grows to at most `max_size` bytes.
  std::span<char> make_space(std::size_t max_size) {
    if (begin_ > 0) move_to_front();
    if (end_ == capacity_)
      grow(std::min(std::max(first_capacity, capacity_ * 2), std::max(max_size, end_ + 1)));
    return spare();
  }

  // Makes spare() at least `size` bytes.
  void reserve(std::size_t size) {
    if (capacity_ - end_ >= size) return;
    if (begin_ > 0) move_to_front();
    if (capacity_ - end_ < size) grow(end_ + size);
  }

  // Removes `size` bytes at `position`.
  void erase(std::size_t position, std::size_t size) {
    char* to = bytes_.get() + begin_ + position;
    std::memmove(to, to + size, end_ - begin_ - position - size);
    end_ -= size;
  }

  // Removes the first `size` bytes. A buffer that has grown is freed when empty.
  void consume(std::size_t size) {
    begin_ += size;
    if (!empty()) return;
    begin_ = end_ = 0;
    if (capacity_ > first_capacity) {
      bytes_.reset();
      capacity_ = 0;
    }
  }

 private:
  static constexpr std::size_t first_capacity = 4096;

  void move_to_front() {
    std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }

  void grow(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (end_ > 0) std::memcpy(larger.get(), bytes_.get(), end_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace pollux::http
