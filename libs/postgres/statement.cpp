#include "postgres/statement.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <ranges>

#include <libpq-fe.h>

namespace pollux::postgres {
namespace {

// From src/include/catalog/pg_type.dat; these never change.
constexpr std::uint32_t int8_type = 20;
constexpr std::uint32_t text_type = 25;
constexpr std::uint32_t text_array_type = 1009;
constexpr std::uint32_t int8_array_type = 1016;

template <class Number>
void append(std::string& bytes, Number number) {
  std::array<char, sizeof number> big_endian{};
  for (char& byte : big_endian | std::views::reverse) {
    byte = std::bit_cast<char>(static_cast<std::uint8_t>(number));
    number >>= 8;
  }
  bytes.append(big_endian.data(), big_endian.size());
}

void append_head(std::string& bytes, std::uint32_t type, std::size_t count) {
  append(bytes, std::uint32_t{count == 0 ? 0U : 1U});  // dimensions
  append(bytes, std::uint32_t{0});                     // no nulls
  append(bytes, type);
  if (count == 0) return;
  append(bytes, static_cast<std::uint32_t>(count));
  append(bytes, std::uint32_t{1});  // the first index
}

}  // namespace

Parameters& Parameters::add(std::string_view text) {
  types_.push_back(text_type);
  bytes_.emplace_back(text);
  return *this;
}

Parameters& Parameters::add(std::int64_t number) {
  types_.push_back(int8_type);
  append(bytes_.emplace_back(), static_cast<std::uint64_t>(number));
  return *this;
}

Parameters& Parameters::add(std::span<const std::string_view> texts) {
  types_.push_back(text_array_type);
  std::string& bytes = bytes_.emplace_back();
  std::size_t size = 20;
  for (const std::string_view text : texts) size += 4 + text.size();
  bytes.reserve(size);
  append_head(bytes, text_type, texts.size());
  for (const std::string_view text : texts) {
    append(bytes, static_cast<std::uint32_t>(text.size()));
    bytes.append(text);
  }
  return *this;
}

Parameters& Parameters::add(std::span<const std::int64_t> numbers) {
  types_.push_back(int8_array_type);
  std::string& bytes = bytes_.emplace_back();
  bytes.reserve(20 + 12 * numbers.size());
  append_head(bytes, int8_type, numbers.size());
  for (const std::int64_t number : numbers) {
    append(bytes, std::uint32_t{8});
    append(bytes, static_cast<std::uint64_t>(number));
  }
  return *this;
}

Parameters::Arrays Parameters::arrays() const {
  Arrays arrays{.types = types_,
                .values = {},
                .lengths = {},
                .formats = std::vector<int>(bytes_.size(), 1 /* binary */)};
  for (const std::string& bytes : bytes_) {
    arrays.values.push_back(bytes.data());
    arrays.lengths.push_back(static_cast<int>(bytes.size()));
  }
  return arrays;
}

void Rows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

int Rows::size() const {
  return PQntuples(result_.get());
}

int Rows::columns() const {
  return PQnfields(result_.get());
}

std::string_view Rows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Rows::number(int row, int column) const {
  const std::string_view digits = text(row, column);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace pollux::postgres
