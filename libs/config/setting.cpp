#include "config/setting.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "base/bounded_text.hpp"
#include "config/units.hpp"
#include "http/server.hpp"

namespace pollux::config::setting {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string all;
  for (const std::string& word : words) all.append(all.empty() ? "" : between).append(word);
  return all;
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

Value boolean_of(bool initial, std::function<void(bool)> assign) {
  return {.placeholder = "true|false",
          .allowed = "true or false",
          .default_text = initial ? "true" : "false",
          .assign =
              [assign = std::move(assign)](std::string_view given) {
                constexpr std::array<std::string_view, 4> yes{"true", "1", "yes", "on"};
                constexpr std::array<std::string_view, 4> no{"false", "0", "no", "off"};
                const bool is_yes = std::ranges::find(yes, given) != yes.end();
                if (!is_yes && std::ranges::find(no, given) == no.end()) return false;
                assign(is_yes);
                return true;
              },
          .toggle = true};
}

}  // namespace

Value string(std::string* target, std::size_t max_bytes) {
  return {.placeholder = "STRING",
          .allowed = "plain text of at most " + std::to_string(max_bytes) + " bytes",
          .default_text = *target,
          .assign = [target, max_bytes](std::string_view given) {
            if (given.size() > max_bytes || !is_plain_text(given)) return false;
            *target = given;
            return true;
          }};
}

Value path(std::filesystem::path* target) {
  constexpr std::size_t max_bytes = 4095;  // PATH_MAX without the terminator
  return {.placeholder = "PATH",
          .allowed = "a path of at most 4095 bytes",
          .default_text = target->string(),
          .assign = [target](std::string_view given) {
            if (given.empty() || given.size() > max_bytes || given.find('\0') != given.npos) return false;
            *target = given;
            return true;
          }};
}

Value endpoint(http::Endpoint* target) {
  return parsed<http::Endpoint>(target, &http::Endpoint::parse, "ADDRESS",
                                "an address and a port, such as 127.0.0.1:8080, [::1]:8080 or :8080",
                                target->text());
}

Value boolean(bool* target) {
  return boolean_of(*target, [target](bool value) { *target = value; });
}

Value boolean(std::optional<bool>* target) {
  return boolean_of(target->value_or(false), [target](bool value) { *target = value; });
}

Value secret(Secret* target, std::size_t max_bytes) {
  return {.placeholder = "SECRET",
          .allowed = "1 to " + std::to_string(max_bytes) + " bytes",
          .assign =
              [target, max_bytes](std::string_view given) {
                if (given.empty() || given.size() > max_bytes) return false;
                *target = Secret(std::string(given));
                return true;
              },
          .secret = true};
}

Value list(std::vector<std::string>* target, std::size_t max_items) {
  return {.placeholder = "STRING,…",
          .allowed = "at most " + std::to_string(max_items) + " comma-separated strings",
          .default_text = joined(*target, ","),
          .assign =
              [target, max_items](std::string_view given) {
                if (!is_plain_text(given)) return false;
                std::vector<std::string> parts = split_at_commas(given);
                if (parts.size() > max_items || std::ranges::find(parts, "") != parts.end()) return false;
                *target = std::move(parts);
                return true;
              },
          .repeats = true};
}

Value texts(std::vector<std::string>* target, std::size_t max_items) {
  return {.placeholder = "STRING",
          .allowed = "plain text, at most " + std::to_string(max_items) + " times",
          .assign =
              [target, max_items](std::string_view given) {
                std::vector<std::string> lines;
                for (const auto line : std::views::split(given, '\n')) {
                  lines.emplace_back(line.begin(), line.end());
                  if (lines.back().empty() || !is_plain_text(lines.back())) return false;
                }
                if (lines.size() > max_items) return false;
                *target = std::move(lines);
                return true;
              },
          .repeats = true,
          .separator = '\n'};
}

Value integer_of(std::int64_t initial, std::int64_t min, std::int64_t max,
                 std::function<void(std::int64_t)> assign) {
  return {.placeholder = "INTEGER",
          .allowed = "an integer from " + std::to_string(min) + " to " + std::to_string(max),
          .default_text = std::to_string(initial),
          .assign = [min, max, assign = std::move(assign)](std::string_view given) {
            const auto number = parse_integer(given);
            if (!number || *number < min || *number > max) return false;
            assign(*number);
            return true;
          }};
}

Value duration_of(std::chrono::nanoseconds initial, std::chrono::nanoseconds min,
                  std::chrono::nanoseconds max, std::chrono::nanoseconds resolution,
                  std::function<void(std::chrono::nanoseconds)> assign) {
  std::string allowed = "a duration from " + duration_text(min) + " to " + duration_text(max) +
                        " with a unit (us, ms, s, m, h)";
  if (resolution > std::chrono::microseconds(1)) allowed += ", in multiples of " + duration_text(resolution);
  return {.placeholder = "DURATION",
          .allowed = std::move(allowed),
          .default_text = duration_text(initial),
          .assign = [=, assign = std::move(assign)](std::string_view given) {
            const auto time = parse_duration(given);
            if (!time || *time < min || *time > max || time->count() % resolution.count() != 0) return false;
            assign(*time);
            return true;
          }};
}

Value one_of(std::vector<std::string> words, std::size_t initial, std::function<void(std::size_t)> assign) {
  return {.placeholder = joined(words, "|"),
          .allowed = "one of " + joined(words, ", "),
          .default_text = words.at(initial),
          .assign = [words, assign = std::move(assign)](std::string_view given) {
            const auto word = std::ranges::find(words, given);
            if (word == words.end()) return false;
            assign(static_cast<std::size_t>(word - words.begin()));
            return true;
          }};
}

}  // namespace pollux::config::setting
