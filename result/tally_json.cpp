#include "result/tally_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace pollux::result {

namespace json = boost::json;

json::object tally_object(const poll::Results& results) {
  json::array options;
  for (const poll::OptionResult& result : results.options) {
    options.push_back(
        json::object{{"id", result.option.id}, {"label", result.option.label}, {"count", result.count}});
  }
  return {{"poll", results.poll.text()},
          {"version", results.version},
          {"question", results.question},
          {"options", std::move(options)},
          {"total", results.total}};
}

std::string scores_json(const poll::Results& results) {
  json::object scores;
  for (const poll::OptionResult& result : results.options) scores[result.option.id] = result.count;
  return json::serialize(scores);
}

}  // namespace pollux::result
