#include "vote/vote_form.hpp"

#include "http/form.hpp"

namespace pollux::vote {
namespace {

std::optional<std::string> text_of(const http::Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

}  // namespace

Result<VoteForm> read_vote_form(const http::Request& request) {
  if (!http::is_form(request)) return invalid("A vote is a form with the field \"vote\".");
  const Result<http::Fields> fields = http::parse_form(request);
  if (!fields) return fields.error();
  if (fields->count("vote") != 1) return invalid("The form needs exactly one field \"vote\".");
  if (fields->count("voter") > 1 || fields->count("poll") > 1) {
    return invalid("The form may have each of the fields \"voter\" and \"poll\" once.");
  }
  return VoteForm{std::string(*fields->find("vote")), text_of(*fields, "voter"), text_of(*fields, "poll")};
}

}  // namespace pollux::vote
