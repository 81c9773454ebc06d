// The kinds of value that a setting can have: how each is read from text, what it allows and how it is
// written.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
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

// A setting's value, bound to the variable that receives it. The variable outlives it; what it holds when it
// is bound is the default.
struct Value {
  std::string placeholder{};   // stands for the value in the help page: "ADDRESS"
  std::string allowed{};       // completes "must be …": "a whole number from 1 to 256"
  std::string default_text{};  // as one would write it; empty: none
  std::function<bool(std::string_view text)>
      assign;  // false, and nothing assigned, where `allowed` does not hold
  // Why a text is refused, in a sentence that shows nothing of a secret. Not set: `allowed` says it all.
  std::function<std::string(std::string_view text)> explain{};

  bool secret = false;      // the text is never shown
  bool toggle = false;      // the flag alone means "true"
  bool repeats = false;     // the flag may be given several times; the texts are joined with commas
  bool well_known = false;  // its variable has no prefix, because people know it by that name: DATABASE_URL
  bool flag_only = false;   // no variable: meant for one start, not for every one
};

// Plain text (UTF-8 without control characters) of at most `max_bytes`.
Value text(std::string* target, std::size_t max_bytes = 4096);
Value path(std::filesystem::path* target);
Value endpoint(http::Endpoint* target);  // "127.0.0.1:8080"
Value boolean(bool* target);             // true or false; on/off, yes/no and 1/0 are understood too
Value secret(Secret* target, std::size_t max_bytes = 4096);
Value list(std::vector<std::string>* target, std::size_t max_items = 64);  // "one,two"

// A whole number in a range, both ends included.
Value whole_number_of(std::int64_t initial, std::int64_t min, std::int64_t max,
                      std::function<void(std::int64_t)> assign);

template <std::integral Number>
Value whole_number(Number* target, std::type_identity_t<Number> min, std::type_identity_t<Number> max) {
  return whole_number_of(static_cast<std::int64_t>(*target), static_cast<std::int64_t>(min),
                         static_cast<std::int64_t>(max),
                         [target](std::int64_t number) { *target = static_cast<Number>(number); });
}

// A size in bytes: a whole number with the unit B, KiB, MiB or GiB, or without one.
Value bytes_of(std::int64_t initial, std::int64_t min, std::int64_t max,
               std::function<void(std::int64_t)> assign);

template <std::integral Number>
Value bytes(Number* target, std::type_identity_t<Number> min, std::type_identity_t<Number> max) {
  return bytes_of(static_cast<std::int64_t>(*target), static_cast<std::int64_t>(min),
                  static_cast<std::int64_t>(max),
                  [target](std::int64_t number) { *target = static_cast<Number>(number); });
}

// A whole number with a unit: us, ms, s, m or h. Nothing finer than the variable can hold.
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
Value choice_of(std::vector<std::string> words, std::size_t initial, std::function<void(std::size_t)> assign);

template <class Enum>
Value choice(Enum* target, const std::vector<std::pair<std::string, Enum>>& words) {
  std::vector<std::string> names;
  std::vector<Enum> meanings;
  std::size_t initial = 0;
  for (const auto& [name, meaning] : words) {
    if (meaning == *target) initial = names.size();
    names.push_back(name);
    meanings.push_back(meaning);
  }
  return choice_of(std::move(names), initial,
                   [target, meanings = std::move(meanings)](std::size_t i) { *target = meanings[i]; });
}

// Anything that a function can parse. Its own message is not shown: `allowed` says what is wrong.
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
