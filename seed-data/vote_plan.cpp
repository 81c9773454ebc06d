#include "seed-data/vote_plan.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "config/units.hpp"

namespace pollux::seed {
namespace {

bool is_option_id(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !text.empty() && text.size() <= max_option_bytes && text.find_first_not_of(allowed) == text.npos;
}

Result<Votes> parse_one(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) return invalid("Votes are written as OPTION=NUMBER.");
  const std::string_view option = text.substr(0, equals);
  if (!is_option_id(option)) return invalid("An option is a word of letters and digits.");
  const auto count = config::parse_integer(text.substr(equals + 1));
  if (!count || *count < 0 || *count > max_votes) return invalid("This is not a number of votes.");
  return Votes{std::string(option), static_cast<std::uint32_t>(*count)};
}

}  // namespace

Result<std::vector<Votes>> parse_votes(std::string_view text) {
  std::vector<Votes> all;
  std::uint64_t total = 0;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    auto votes = parse_one(text.substr(start, end - start));
    if (!votes) return votes.error();
    if (std::ranges::find(all, votes->option, &Votes::option) != all.end() || all.size() == max_options)
      return invalid("An option is there twice, or there are more than 26.");
    total += votes->count;
    all.push_back(*std::move(votes));
    start = end + 1;
  }
  if (total == 0 || total > max_votes) return invalid("The votes are none, or too many.");
  return all;
}

std::string votes_text(const std::vector<Votes>& votes) {
  std::string text;
  for (const auto& [option, count] : votes)
    text.append(text.empty() ? "" : ",").append(option).append("=").append(std::to_string(count));
  return text;
}

VotePlan::VotePlan(std::vector<Votes> votes, std::uint64_t seed) : votes_(std::move(votes)) {
  std::mt19937_64 random(seed);
  for (std::size_t option = 0; option < votes_.size(); ++option)
    order_.insert(order_.end(), votes_[option].count, static_cast<std::uint8_t>(option));
  std::ranges::shuffle(order_, random);
}

std::optional<Schedule::Turn> Schedule::next(Clock::time_point now) {
  constexpr std::uint64_t nanoseconds_a_second = 1'000'000'000;
  if (pace_.rate == 0 && pace_.time && now >= start_ + *pace_.time) return std::nullopt;
  Turn turn{.vote = next_.fetch_add(1, std::memory_order_relaxed)};
  if (pace_.votes && turn.vote >= *pace_.votes) return std::nullopt;
  if (pace_.rate == 0) return turn;

  // Divides before it multiplies, so that no number of votes overflows.
  const std::chrono::nanoseconds after((turn.vote / pace_.rate) * nanoseconds_a_second +
                                       (turn.vote % pace_.rate) * nanoseconds_a_second / pace_.rate);
  if (pace_.time && after >= *pace_.time) return std::nullopt;
  turn.due = start_ + after;
  return turn;
}

}  // namespace pollux::seed
