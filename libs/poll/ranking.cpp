#include "poll/ranking.hpp"

#include <algorithm>
#include <utility>

#include "poll/selection_keys.hpp"

namespace pollux::poll {
namespace {

std::size_t number_of(std::string_view option_id) {
  return static_cast<std::size_t>(option_id[0] - 'a');
}

bool is_ranking(const Selection& key) {
  return key.text()[0] == ranking_marker;
}

RankedBallots ballots_of(const Selection& ranking, std::uint64_t count) {
  RankedBallots ballots{.ranking = {}, .count = count};
  for (const std::string_view id : parts_of(ranking.text())) ballots.ranking.push_back(number_of(id));
  return ballots;
}

RankedOption count_places(const Option& option, std::size_t options, const SelectionCounts& counts) {
  RankedOption result{.option = option, .places = {}, .ranked = 0, .average_rank = std::nullopt, .points = 0};
  std::uint64_t ranks = 0;
  for (std::size_t place = 1; place <= options; ++place) {
    const std::uint64_t count = count_in(counts, rank_key(option.id, place).text());
    result.places.push_back(count);
    result.ranked += count;
    result.points += count * (options - place);
    ranks += count * place;
  }
  if (result.ranked > 0) {
    result.average_rank = static_cast<double>(ranks) / static_cast<double>(result.ranked);
  }
  return result;
}

}  // namespace

Result<Ranking> Ranking::create(const std::vector<std::string>& labels, std::size_t min_ranked) {
  auto options = make_options(labels, max_options);
  if (!options) return options.error();
  if (min_ranked < 1 || min_ranked > options->size()) {
    return invalid("Voters can rank at least 1 to " + std::to_string(options->size()) + " options, not " +
                   std::to_string(min_ranked) + ". Change the minimum.");
  }
  return Ranking(*std::move(options), min_ranked);
}

Result<Selection> Ranking::parse(std::span<const std::string_view> values) const {
  while (!values.empty() && values.back().empty()) values = values.first(values.size() - 1);
  if (const auto gap = std::ranges::find(values, std::string_view()); gap != values.end()) {
    const auto rank = std::to_string(gap - values.begin() + 1);
    return invalid("Rank " + rank + " is empty, but a lower one is not. Fill the ranks from the first on.");
  }
  if (values.size() < min_ranked_) {
    return invalid("Rank at least " + std::to_string(min_ranked_) +
                   (min_ranked_ == 1 ? " option" : " options") + ", not " + std::to_string(values.size()) +
                   ".");
  }
  std::vector<bool> ranked(options_.size());
  for (const std::string_view id : values) {
    const Option* const option = find_option(options_, id);
    if (option == nullptr) return invalid("One of the ranked options is not in this poll.");
    if (ranked[number_of(id)]) {
      return invalid("The option \"" + option->label + "\" has two ranks. Give it only one.");
    }
    ranked[number_of(id)] = true;
  }
  return Selection::parse(joined(ranking_marker, values));
}

bool Ranking::has_key(const Selection& key) const {
  if (is_ranking(key)) {
    // The minimum may have been another one.
    const auto parsed = Ranking(options_, 1).parse(parts_of(key.text()));
    return parsed && *parsed == key;
  }
  return std::ranges::any_of(options_, [&](const Option& option) {
    for (std::size_t place = 1; place <= options_.size(); ++place) {
      if (rank_key(option.id, place) == key) return true;
    }
    return false;
  });
}

RankingResults Ranking::results(const SelectionCounts& counts) const {
  RankingResults results;
  for (const Option& option : options_) {
    results.options.push_back(count_places(option, options_.size(), counts));
    results.voters += results.options.back().places.front();
  }
  std::vector<RankedBallots> ballots;
  std::uint64_t counted = 0;
  for (const auto& [key, count] : counts) {
    if (!is_ranking(key) || !has_key(key)) continue;
    ballots.push_back(ballots_of(key, count));
    counted += count;
  }
  if (counted == results.voters) results.runoff = run_off(options_.size(), ballots);
  return results;
}

}  // namespace pollux::poll
