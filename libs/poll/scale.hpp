// A question that is answered by a number: 1 to 10, or fewer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "poll/option.hpp"
#include "poll/tally.hpp"

namespace pollux::poll {

struct ScaleResults {
  std::uint64_t voters = 0;  // with those who skipped
  std::uint64_t skipped = 0;
  std::vector<std::uint64_t> counts;  // of the numbers 1, 2, 3 …
  std::optional<double> mean;         // of those who did not skip, if there are any
  std::optional<double> median;       // between two numbers: their mean

  friend bool operator==(const ScaleResults&, const ScaleResults&) = default;
};

class Scale {
 public:
  static constexpr std::string_view kind = "scale";
  static constexpr std::string_view skip_value = "skip";
  static constexpr std::size_t min_size = 2;
  static constexpr std::size_t max_size = 10;

  struct Format {
    std::size_t size = 5;  // the largest number; the smallest is 1
    std::string low;       // labels of both ends, 1 to 200 bytes; empty: none
    std::string high;
    bool skippable = false;

    friend bool operator==(const Format&, const Format&) = default;
  };

  // `invalid` if a bound is exceeded, or if the labels look the same.
  static Result<Scale> create(Format format);

  const Format& format() const { return format_; }

  // One value: a number, or "skip".
  Result<Selection> parse(std::span<const std::string_view> values) const;
  bool has_key(const Selection& key) const;
  ScaleResults results(const SelectionCounts& counts) const;

  std::vector<std::string> labels() const { return {format_.low, format_.high}; }
  // Whether only the texts may differ.
  bool has_form_of(const Scale& other) const {
    return format_.size == other.format_.size && format_.skippable == other.format_.skippable;
  }

  friend bool operator==(const Scale&, const Scale&) = default;

 private:
  explicit Scale(Format format) : format_(std::move(format)) {}

  Format format_;
};

}  // namespace pollux::poll
