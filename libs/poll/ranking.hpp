// A question that is answered by putting options in order.
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
#include "poll/instant_runoff.hpp"
#include "poll/option.hpp"
#include "poll/tally.hpp"

namespace pollux::poll {

struct RankedOption {
  Option option;
  std::vector<std::uint64_t> places;   // how many voters ranked it first, second …
  std::uint64_t ranked = 0;            // how many ranked it at all
  std::optional<double> average_rank;  // among those who ranked it; 1 is best
  std::uint64_t points = 0;

  friend bool operator==(const RankedOption&, const RankedOption&) = default;
};

struct RankingResults {
  std::uint64_t voters = 0;
  std::vector<RankedOption> options;  // in the order of the question
  std::optional<Runoff> runoff;       // none if the counts do not include all rankings

  friend bool operator==(const RankingResults&, const RankingResults&) = default;
};

class Ranking {
 public:
  static constexpr std::string_view kind = "ranking";
  static constexpr std::size_t max_options = 8;  // so there are at most 109,600 different rankings

  // 1 ≤ min_ranked ≤ the number of options.
  static Result<Ranking> create(const std::vector<std::string>& labels, std::size_t min_ranked);

  const std::vector<Option>& options() const { return options_; }
  std::size_t min_ranked() const { return min_ranked_; }

  // The ids of options, best first. Empty values at the end are ignored, so that a form may have a field for
  // each rank; an empty value before another one is an error.
  Result<Selection> parse(std::span<const std::string_view> values) const;
  bool has_key(const Selection& key) const;

  // Points: the Borda count. An option gets a point for each option that a voter ranked below it; those that
  // are not ranked are below all others and get none. So rank r of n gives n − r points. (J.-C. de Borda,
  // Mémoire sur les élections au scrutin, 1781; the treatment of options that are not ranked varies.)
  RankingResults results(const SelectionCounts& counts) const;

  std::vector<std::string> labels() const { return labels_of(options_); }
  // Whether only the texts may differ.
  bool has_form_of(const Ranking& other) const {
    return min_ranked_ == other.min_ranked_ && options_.size() == other.options_.size();
  }

  friend bool operator==(const Ranking&, const Ranking&) = default;

 private:
  Ranking(std::vector<Option> options, std::size_t min_ranked)
      : options_(std::move(options)), min_ranked_(min_ranked) {}

  std::vector<Option> options_;
  std::size_t min_ranked_;
};

}  // namespace pollux::poll
