// Which votes are to be sent, and in what order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pollux::seed {

// So many votes for one option.
struct Votes {
  std::string option;  // its id: letters, digits, "_" and "-", which a form needs not encode
  std::uint32_t count = 0;

  friend bool operator==(const Votes&, const Votes&) = default;
};

constexpr std::size_t max_options = 26;
constexpr std::size_t max_option_bytes = 64;
constexpr std::uint32_t max_votes = 100'000'000;  // of all options together; a plan keeps a byte for each

// "a=2000,b=1000". An error is a sentence for a person.
Result<std::vector<Votes>> parse_votes(std::string_view text);
std::string votes_text(const std::vector<Votes>& votes);

// All the votes in a random order, as voters come; after the last it starts again with the first. Any thread
// may read it.
class VotePlan {
 public:
  // `votes`: at least one vote, within the bounds above. The same `seed` makes the same order.
  VotePlan(std::vector<Votes> votes, std::uint64_t seed);

  std::size_t size() const { return order_.size(); }
  std::size_t options() const { return votes_.size(); }
  const std::string& option_id(std::size_t option) const { return votes_[option].option; }

  // The option of the vote with this number, as an index below options().
  std::size_t option_of(std::uint64_t vote) const { return order_[vote % order_.size()]; }

 private:
  std::vector<Votes> votes_;
  std::vector<std::uint8_t> order_;
};

}  // namespace pollux::seed
