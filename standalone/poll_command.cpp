#include "standalone/poll_command.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/json_object.hpp"
#include "base/random.hpp"
#include "poll/poll_code.hpp"
#include "standalone/api_client.hpp"
#include "standalone/poll_appearance.hpp"
#include "standalone/poll_export.hpp"
#include "standalone/poll_options.hpp"

namespace pollux::standalone {
namespace {

namespace json = boost::json;

enum Status { done = 0, failed = 1, wrong_usage = 2, rejected = 3 };

// Why a command ends early.
struct Stop {
  // Not an aggregate, which would be constructible from a number: a result with a number would be ambiguous.
  Stop() = default;
  Stop(Status with, std::string why) : status(with), message(std::move(why)) {}

  Status status = failed;
  std::string message;
};

template <class T>
using Attempt = boost::system::result<T, Stop>;

// Members that are missing, because something else has answered, are empty.
const json::value& member(const json::value& object, std::string_view name) {
  static const json::value none;
  const json::value* const found = object.is_object() ? object.get_object().if_contains(name) : nullptr;
  return found != nullptr ? *found : none;
}

std::string text_of(const json::value& object, std::string_view name) {
  const json::value& found = member(object, name);
  return found.is_string() ? std::string(std::string_view(found.get_string())) : "";
}

std::uint64_t number_of(const json::value& object, std::string_view name) {
  const json::value& found = member(object, name);
  return found.is_int64() ? static_cast<std::uint64_t>(found.get_int64()) : 0;
}

const json::array& items_of(const json::value& page) {
  static const json::array none;
  const json::value& found = member(page, "items");
  return found.is_array() ? found.get_array() : none;
}

Attempt<json::value> parsed(const std::string& body) {
  boost::system::error_code wrong;
  json::value value = json::parse(body, wrong);
  if (wrong) return Stop{failed, "What has answered is not the HTTP API of pollux. Check --api-url."};
  return value;
}

// A text as a part of a query.
std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (std::isalnum(byte) != 0) {
      out += character;
    } else {
      out.append({'%', digits[byte >> 4U], digits[byte & 0xfU]});
    }
  }
  return out;
}

// POLL is an id, 24 hexadecimal digits, or a code.
bool is_id(const std::string& word) {
  constexpr std::size_t digits = 24;
  return word.size() == digits && word.find_first_not_of("0123456789abcdef") == std::string::npos;
}

constexpr std::size_t max_poll_bytes = 64 * 1024;  // the server accepts no longer body

// The text of a poll, from a file or the standard input of this name.
Attempt<std::string> poll_in(std::istream& in, const std::string& name) {
  std::string text(max_poll_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.empty()) return Stop{wrong_usage, "Can't read a poll from " + name + "."};
  if (text.size() <= max_poll_bytes) return text;
  return Stop{wrong_usage,
              name + " is too long: a poll has at most " + std::to_string(max_poll_bytes) + " bytes."};
}

class Commands {
 public:
  Commands(const PollOptions& options, const ApiClient& client, std::ostream& out, std::ostream& err)
      : options_(options), client_(client), out_(out), err_(err) {}

  Attempt<void> run(const std::string& command, const std::string& word) {
    if (command == "create") return create();
    if (command == "list") return list();
    const auto poll = find(word);
    if (!poll) return poll.error();
    const std::string path = "/polls/" + text_of(*poll, "id");
    if (command == "get") return print(*poll);
    if (command == "hide") return set_results(path, *poll, "hidden");
    if (command == "show") return set_results(path, *poll, "live");
    if (command == "theme") return set_theme(path, *poll);
    if (command == "logo") return set_logo(path, *poll);
    if (command == "delete") return remove(path, *poll);
    if (command == "export") return save(path, *poll);
    return act(path + "/" + command, *poll, command == "reset");
  }

 private:
  // The JSON of a successful response.
  Attempt<json::value> call(const ApiCall& wanted) {
    const auto reply = client_.send(wanted);
    if (!reply) return Stop{failed, reply.error().message};
    if (const auto stop = problem_in(*reply)) return *stop;
    if (reply->body.empty()) return json::value();
    return parsed(reply->body);
  }

  static std::optional<Stop> problem_in(const ApiReply& reply) {
    constexpr unsigned first_error = 300;
    constexpr unsigned first_fault = 500;
    if (reply.status < first_error) return std::nullopt;
    const auto problem = parsed(reply.body);
    std::string detail = problem ? text_of(*problem, "detail") : "";
    if (detail.empty()) detail = "The API has answered with status " + std::to_string(reply.status) + ".";
    return Stop{reply.status < first_fault ? rejected : failed, std::move(detail)};
  }

  Attempt<json::value> find(const std::string& word) {
    if (is_id(word)) return call({.path = "/polls/" + word});
    const auto code = poll::PollCode::parse(word);
    if (!code) return Stop{wrong_usage, "This is neither the id nor the code of a poll: " + word};
    for (const char* const archived : {"false", "true"}) {
      const auto page = call({.path = "/polls?limit=100&search=" + code->text() + "&archived=" + archived});
      if (!page) return page.error();
      for (const json::value& poll : items_of(*page)) {
        if (text_of(poll, "code") == code->text()) return poll;
      }
    }
    return Stop{rejected, "There is no poll with the code " + code->text() + "."};
  }

  Attempt<void> create() {
    const auto body = content();
    if (!body) return body.error();
    // After a lost response the same call may be repeated; this command does not.
    const auto poll = call({.method = "POST", .path = "/polls", .body = *body});
    if (!poll) return poll.error();
    if (!options_.opens) return print(*poll);
    return act("/polls/" + text_of(*poll, "id") + "/open", *poll, false);
  }

  Attempt<std::string> content() const {
    if (options_.file == "-") return poll_in(std::cin, "the standard input");
    if (!options_.file.empty()) {
      std::ifstream file(options_.file, std::ios::binary);
      return poll_in(file, options_.file.string());
    }
    if (options_.question.empty()) return Stop{wrong_usage, "Name the --question, or a --file."};
    JsonObject content;
    content.text("title", options_.title.empty() ? options_.question : options_.title)
        .json("question", question());
    if (const std::string theme = theme_in(options_); !theme.empty()) content.json("theme", theme);
    return content.take();
  }

  std::string question() const {
    JsonObject question;
    question.text("kind", options_.kind).text("text", options_.question);
    if (!options_.options.empty()) {
      question.json("options",
                    json_array(options_.options, [](const auto& each) { return json_string(each); }));
    }
    const std::pair<std::string_view, std::uint32_t> numbers[] = {
        {"min", options_.min}, {"max", options_.max}, {"size", options_.size}};
    for (const auto& [name, number] : numbers) {
      if (number > 0) question.number(name, std::uint64_t{number});
    }
    if (!options_.low.empty()) question.text("low", options_.low);
    if (!options_.high.empty()) question.text("high", options_.high);
    if (options_.skippable) question.boolean("skippable", true);
    return question.take();
  }

  Attempt<void> list() {
    std::string cursor;
    do {
      const auto page =
          call({.path = "/polls?limit=100&archived=" + std::string(options_.archived ? "true" : "false") +
                        "&search=" + encoded(options_.search) + cursor});
      if (!page) return page.error();
      for (const json::value& poll : items_of(*page)) print_line(poll);
      const std::string next = text_of(*page, "next");
      cursor = next.empty() ? "" : "&cursor=" + next;
    } while (!cursor.empty());
    return {};
  }

  void print_line(const json::value& poll) {
    if (options_.json) {
      out_ << json::serialize(poll) << '\n';
    } else {
      out_ << text_of(poll, "code") << "  " << text_of(poll, "id") << "  " << text_of(poll, "state") << "  "
           << number_of(poll, "voters") << "  " << text_of(poll, "title") << '\n';
    }
  }

  Attempt<void> print(const json::value& poll) {
    if (options_.json) {
      out_ << json::serialize(poll) << '\n';
      return {};
    }
    for (const char* const name : {"id", "code", "title", "state"}) {
      out_ << name << ": " << text_of(poll, name) << '\n';
    }
    out_ << "results: " << text_of(member(poll, "policies"), "results") << '\n';
    for (const char* const name : {"run", "voters"}) out_ << name << ": " << number_of(poll, name) << '\n';
    for (const char* const name : {"vote_url", "result_url"}) {
      out_ << name << ": " << text_of(poll, name) << '\n';
    }
    return {};
  }

  static std::string tag_of(const json::value& poll) {
    return "\"" + std::to_string(number_of(poll, "revision")) + "\"";
  }

  Attempt<void> act(const std::string& path, const json::value& poll, bool needs_revision) {
    return change({.method = "POST", .path = path, .if_match = needs_revision ? tag_of(poll) : ""});
  }

  Attempt<void> set_results(const std::string& path, const json::value& poll, std::string_view policy) {
    return patch(path, poll, "policies", JsonObject().text("results", policy).take());
  }

  Attempt<void> set_theme(const std::string& path, const json::value& poll) {
    const std::string theme = theme_in(options_);
    if (theme.empty()) return Stop{wrong_usage, "Name the --accent, the --scheme, or both."};
    return patch(path, poll, "theme", theme);
  }

  Attempt<void> set_logo(const std::string& path, const json::value& poll) {
    if (options_.removes) {
      return change({.method = "DELETE", .path = path + "/logo", .if_match = tag_of(poll)});
    }
    const auto logo = logo_in(options_);
    if (!logo) return Stop{wrong_usage, logo.error().message};
    return change({.method = "PUT", .path = path + "/logo", .body = *logo, .if_match = tag_of(poll)});
  }

  Attempt<void> patch(const std::string& path, const json::value& poll, std::string_view name,
                      const std::string& value) {
    return change({.method = "PATCH",
                   .path = path,
                   .body = JsonObject().json(name, value).take(),
                   .if_match = tag_of(poll)});
  }

  Attempt<void> change(const ApiCall& wanted) {
    const auto changed = call(wanted);
    if (!changed) return changed.error();
    return print(*changed);
  }

  Attempt<void> remove(const std::string& path, const json::value& poll) {
    if (!options_.yes) {
      return Stop{wrong_usage, "This would delete \"" + text_of(poll, "title") + "\" with " +
                                   std::to_string(number_of(poll, "voters")) +
                                   " votes of its current run, and all earlier runs. Add --yes."};
    }
    const auto removed = call({.method = "DELETE", .path = path, .if_match = tag_of(poll)});
    if (!removed) return removed.error();
    return {};
  }

  Attempt<void> save(const std::string& path, const json::value& poll) {
    if (options_.format != "csv" && options_.format != "jsonl") {
      return Stop{wrong_usage, "The --format is csv or jsonl."};
    }
    const bool is_csv = options_.format == "csv";
    const bool has_runs = options_.what == ExportOf::votes || (options_.what == ExportOf::results && is_csv);
    std::string target =
        path + (options_.what == ExportOf::votes ? "/votes." : "/results.") + options_.format;
    if (options_.what == ExportOf::audit) {
      target = "/audit." + options_.format + "?poll=" + text_of(poll, "id");
    }
    const auto add = [&target](const std::string& parameter) {
      target += (target.find('?') == std::string::npos ? "?" : "&") + parameter;
    };
    if (has_runs && options_.run > 0) add("run=" + std::to_string(options_.run));
    if (is_csv && options_.byte_order_mark) add("bom=true");
    const bool is_counted = options_.what == ExportOf::votes && options_.run == 0;
    const auto reply =
        save_export(client_, target, is_counted ? number_of(poll, "voters") : 0, options_, out_, err_);
    if (!reply) return Stop{failed, reply.error().message};
    if (const auto stop = problem_in(*reply)) return *stop;
    return {};
  }

  const PollOptions& options_;
  const ApiClient& client_;
  std::ostream& out_;
  std::ostream& err_;
};

Attempt<std::string> read_key(const PollOptions& options) {
  if (options.key_file.empty() == options.key.empty()) {
    return Stop{
        wrong_usage,
        "An API key is needed, which the admin page makes: POLLUX_API_KEY, POLLUX_API_KEY_FILE, or one "
        "of --key-file and --api-key."};
  }
  if (!options.key.empty()) return std::string(options.key.reveal());
  std::ifstream file(options.key_file);
  std::string key;
  if (!(file >> key)) return Stop{wrong_usage, "Can't read a key from " + options.key_file.string() + "."};
  return key;
}

}  // namespace

int poll_command(const std::vector<std::string>& arguments, const config::Environment& environment,
                 std::ostream& out, std::ostream& err) {
  PollOptions options;
  const config::Settings settings = poll_settings(options);
  config::Invocation invocation = settings.read(arguments, environment);
  if (invocation.command.empty() && !invocation.page && invocation.faults.empty()) {
    invocation.faults.emplace_back("There is no command; `pollux poll --help` lists them.");
  }
  if (const auto status = config::conclude(invocation, out, err)) return *status;
  const auto key = read_key(options);
  if (!key) {
    err << key.error().message << '\n';
    return key.error().status;
  }
  const auto url = options.url ? *options.url : http::PublicUrl::parse("http://localhost:8082/").value();
  const ApiClient client({.url = url, .key = *key});
  const auto finished = Commands(options, client, out, err).run(invocation.command, invocation.operand);
  if (finished) return done;
  err << finished.error().message << '\n';
  return finished.error().status;
}

int poll_comes_first() {
  std::cerr << "Write `poll` first: pollux poll --help\n";
  return wrong_usage;
}

}  // namespace pollux::standalone
