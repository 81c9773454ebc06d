#include "admin/utc_time.hpp"

#include <array>
#include <charconv>
#include <cstdio>

#include "http/ascii.hpp"

namespace pollux::admin {
namespace {

// Reads a text from its start. After an error, the other reads return nothing of use.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  int number(std::size_t digits, int min, int max) {
    int value = 0;
    const std::string_view text = rest_.substr(0, digits);
    for (const char digit : text) {
      if (!http::is_digit(digit)) failed_ = true;
      value = value * 10 + (digit - '0');
    }
    if (text.size() < digits || value < min || value > max) failed_ = true;
    rest_.remove_prefix(text.size());
    return failed_ ? min : value;
  }

  // Whether the next character is one of these.
  std::optional<char> one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return std::nullopt;
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }
  void expect(std::string_view characters) {
    if (!one_of(characters)) failed_ = true;
  }

  void skip_fraction() {
    if (!one_of(".")) return;
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (digits == 0) failed_ = true;
    rest_.remove_prefix(digits);
  }

  std::chrono::seconds offset() {
    if (one_of("Zz")) return {};
    const auto sign = one_of("+-");
    if (!sign) failed_ = true;
    const std::chrono::hours hours(number(2, 0, 23));
    expect(":");
    const std::chrono::minutes minutes(number(2, 0, 59));
    return sign == '-' ? -(hours + minutes) : hours + minutes;
  }

  bool succeeded() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::string utc_text(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 32> text;
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text) {
  TimeReader reader(text);
  const std::chrono::year year(reader.number(4, 0, 9999));
  reader.expect("-");
  const std::chrono::month month(static_cast<unsigned>(reader.number(2, 1, 12)));
  reader.expect("-");
  const std::chrono::day day(static_cast<unsigned>(reader.number(2, 1, 31)));
  reader.expect("Tt");
  const std::chrono::hours hours(reader.number(2, 0, 23));
  reader.expect(":");
  const std::chrono::minutes minutes(reader.number(2, 0, 59));
  reader.expect(":");
  const std::chrono::seconds seconds(reader.number(2, 0, 60));
  reader.skip_fraction();
  const std::chrono::seconds offset = reader.offset();
  const std::chrono::year_month_day date(year, month, day);
  if (!reader.succeeded() || !date.ok()) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::sys_days(date)) + hours + minutes + seconds - offset;
}

}  // namespace pollux::admin
