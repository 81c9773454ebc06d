// The types of values that settings can have: how each is parsed, validated and shown.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "config/secret.hpp"

namespace pollux::http {
struct Endpoint;
}

namespace pollux::config::setting {

// A setting's value, bound to a variable that outlives it. The variable's value at that time is the default.
struct Value {
  std::string placeholder{};   // for --help: "ADDRESS"
  std::string allowed{};       // completes "must be …": "an integer from 1 to 256"
  std::string default_text{};  // as a user would write it; empty: none
  // False, and nothing is assigned, if the text is not allowed.
  std::function<bool(std::string_view text)> assign;
  // Why a text is rejected; the message must not contain a secret. Not set: `allowed` suffices.
  std::function<std::string(std::string_view text)> explain{};

  bool secret = false;      // the value is never shown
  bool toggle = false;      // the flag alone means "true"
  bool repeats = false;     // the flag may be repeated; the values are joined
  char separator = ',';     // with this
  bool well_known = false;  // the variable has no prefix: DATABASE_URL
  bool flag_only = false;   // no variable: for a single start
};

// Plain text (UTF-8 without control characters) of at most `max_bytes`.
Value string(std::string* target, std::size_t max_bytes = 4096);
Value path(std::filesystem::path* target);
Value endpoint(http::Endpoint* target);  // "127.0.0.1:8080"
Value boolean(bool* target);             // true or false; also on/off, yes/no and 1/0
// The same, but the variable stays empty unless the setting is given. The default of an empty one is false.
Value boolean(std::optional<bool>* target);
Value secret(Secret* target, std::size_t max_bytes = 4096);
Value list(std::vector<std::string>* target, std::size_t max_items = 64);  // "one,two"
// Texts that may have commas: one for each repetition of the flag. A variable has one in each line.
Value texts(std::vector<std::string>* target, std::size_t max_items = 64);

// An integer from `min` to `max`.
Value integer_of(std::int64_t initial, std::int64_t min, std::int64_t max,
                 std::function<void(std::int64_t)> assign);

template <std::integral Number>
Value integer(Number* target, std::type_identity_t<Number> min, std::type_identity_t<Number> max) {
  return integer_of(static_cast<std::int64_t>(*target), static_cast<std::int64_t>(min),
                    static_cast<std::int64_t>(max),
                    [target](std::int64_t number) { *target = static_cast<Number>(number); });
}

// An integer with a unit: us, ms, s, m or h. `resolution` is that of the variable; a duration that is not a
// multiple of it is rejected.
Value duration_of(std::chrono::nanoseconds initial, std::chrono::nanoseconds min,
                  std::chrono::nanoseconds max, std::chrono::nanoseconds resolution,
                  std::function<void(std::chrono::nanoseconds)> assign);

template <class Rep, class Period>
Value duration(std::chrono::duration<Rep, Period>* target,
               std::type_identity_t<std::chrono::duration<Rep, Period>> min,
               std::type_identity_t<std::chrono::duration<Rep, Period>> max) {
  using Duration = std::chrono::duration<Rep, Period>;
  return duration_of(*target, min, max, Duration(1), [target](std::chrono::nanoseconds value) {
    *target = std::chrono::duration_cast<Duration>(value);
  });
}

// One of a few words.
Value one_of(std::vector<std::string> words, std::size_t initial, std::function<void(std::size_t)> assign);

template <class Enum>
Value one_of(Enum* target, const std::vector<std::pair<std::string, Enum>>& words) {
  std::vector<std::string> names;
  std::vector<Enum> values;
  std::size_t initial = 0;
  for (const auto& [name, value] : words) {
    if (value == *target) initial = names.size();
    names.push_back(name);
    values.push_back(value);
  }
  return one_of(std::move(names), initial,
                [target, values = std::move(values)](std::size_t i) { *target = values[i]; });
}

// Anything that a function can parse. A text that it rejects is explained by `allowed`, not by its error.
template <class T>
Value parsed(T* target, std::function<Result<T>(std::string_view)> parse, std::string placeholder,
             std::string allowed, std::string default_text) {
  auto assign = [target, parse = std::move(parse)](std::string_view text) {
    auto value = parse(text);
    if (!value) return false;
    *target = std::move(*value);
    return true;
  };
  return {.placeholder = std::move(placeholder),
          .allowed = std::move(allowed),
          .default_text = std::move(default_text),
          .assign = std::move(assign)};
}

}  // namespace pollux::config::setting
