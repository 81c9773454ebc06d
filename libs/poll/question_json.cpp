#include "poll/question_json.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/json_text.hpp"

namespace pollux::poll {
namespace {

namespace json = boost::json;

void append_text(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  append_json_string(out, text, Question::max_text_bytes);
}

void append_number(std::string& out, std::string_view name, std::size_t number) {
  out.append(",\"").append(name).append("\":").append(std::to_string(number));
}

void append_options(std::string& out, const std::vector<Option>& options) {
  out += ",\"options\":[";
  for (const Option& option : options) {
    if (out.back() != '[') out += ',';
    append_json_string(out, option.label, max_label_bytes);
  }
  out += ']';
}

struct AppendAnswer {
  std::string& out;

  void operator()(const SingleChoice& single) const { append_options(out, single.options()); }
  void operator()(const MultipleChoice& multiple) const {
    append_options(out, multiple.options());
    append_number(out, "min", multiple.limits().min);
    append_number(out, "max", multiple.limits().max);
  }
  void operator()(const Scale& scale) const {
    append_number(out, "size", scale.format().size);
    append_text(out, "low", scale.format().low);
    append_text(out, "high", scale.format().high);
    out.append(",\"skippable\":").append(scale.format().skippable ? "true" : "false");
  }
  void operator()(const Ranking& ranking) const {
    append_options(out, ranking.options());
    append_number(out, "min", ranking.min_ranked());
  }
};

// Reads the members of an object. After an error, the other reads return nothing of use.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}

  std::string text(std::string_view name, const char* fallback = nullptr) {
    const json::value* const value = find(name, fallback == nullptr);
    if (value == nullptr) return fallback == nullptr ? "" : fallback;
    if (value->is_string()) return std::string(std::string_view(value->get_string()));
    return fail(name, "is not a string", std::string());
  }

  std::size_t number(std::string_view name, std::size_t fallback) {
    const json::value* const value = find(name, false);
    if (value == nullptr) return fallback;
    if (value->is_int64() && value->get_int64() >= 0) return static_cast<std::size_t>(value->get_int64());
    return fail(name, "is not an integer of 0 or more", std::size_t{0});
  }

  bool flag(std::string_view name) {
    const json::value* const value = find(name, false);
    if (value == nullptr) return false;
    return value->is_bool() ? value->get_bool() : fail(name, "is neither true nor false", false);
  }

  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> texts;
    const json::value* const value = find(name, true);
    if (value == nullptr) return texts;
    if (!value->is_array()) return fail(name, "is not an array", texts);
    for (const json::value& element : value->get_array()) {
      if (!element.is_string()) return fail(name, "has an element that is not a string", texts);
      texts.emplace_back(std::string_view(element.get_string()));
    }
    return texts;
  }

  // After all reads: also an error if there are other members.
  Result<void> finish() {
    for (const auto& member : object_) {
      if (!error_.empty()) break;
      const std::string_view name = member.key();
      if (std::ranges::find(read_, name) == read_.end()) {
        fail(name, "is unknown for a question of this kind; remove it", 0);
      }
    }
    if (!error_.empty()) return invalid(error_);
    return {};
  }

 private:
  const json::value* find(std::string_view name, bool required) {
    read_.push_back(name);
    const json::value* const value = object_.if_contains(name);
    if (value == nullptr && required) fail(name, "is missing", 0);
    return value;
  }

  template <class T>
  T fail(std::string_view name, std::string_view problem, T result) {
    if (error_.empty()) {
      error_ = "The member ";
      append_json_string(error_, name, 40);
      error_.append(" of the question ").append(problem).append(".");
    }
    return result;
  }

  const json::object& object_;
  std::vector<std::string_view> read_;
  std::string error_;
};

template <class Kind>
Result<Answer> as_answer(Members& members, Result<Kind> kind) {
  if (auto finished = members.finish(); !finished) return finished.error();
  if (!kind) return kind.error();
  return Answer(*std::move(kind));
}

Result<Answer> read_answer(std::string_view kind, Members& members) {
  if (kind == Scale::kind) {
    Scale::Format format{.size = members.number("size", Scale::Format().size),
                         .low = members.text("low", ""),
                         .high = members.text("high", ""),
                         .skippable = members.flag("skippable")};
    return as_answer(members, Scale::create(std::move(format)));
  }
  const std::vector<std::string> labels = members.texts("options");
  if (kind == SingleChoice::kind) return as_answer(members, SingleChoice::create(labels));
  const std::size_t min = members.number("min", 1);
  if (kind == Ranking::kind) return as_answer(members, Ranking::create(labels, min));
  const std::size_t max = members.number("max", labels.size());
  return as_answer(members, MultipleChoice::create(labels, {.min = min, .max = max}));
}

}  // namespace

std::string to_json(const Question& question) {
  std::string out = "{\"kind\":\"" + std::string(question.kind()) + "\"";
  append_text(out, "text", question.text());
  std::visit(AppendAnswer{out}, question.answer());
  return out + "}";
}

Result<Question> parse_question_json(std::string_view text) {
  if (text.size() > max_question_json_bytes) {
    return invalid("The question has more than " + std::to_string(max_question_json_bytes) + " bytes.");
  }
  json::error_code error;
  const json::value value = json::parse(text, error, {}, {.max_depth = 2});
  if (error || !value.is_object()) return invalid("The question is not a JSON object.");
  Members members(value.get_object());
  const std::string kind = members.text("kind");
  std::string asked = members.text("text");
  constexpr std::array kinds{SingleChoice::kind, MultipleChoice::kind, Scale::kind, Ranking::kind};
  if (value.get_object().contains("kind") && std::ranges::find(kinds, kind) == kinds.end()) {
    return invalid("The kind of the question is none of single, multiple, scale and ranking.");
  }
  auto answer = read_answer(kind, members);
  if (!answer) return answer.error();
  return Question::create(std::move(asked), *std::move(answer));
}

}  // namespace pollux::poll
