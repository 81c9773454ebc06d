// The parameters of one statement, in PostgreSQL's binary format
// (https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES; arrays as array_send() in
// src/backend/utils/adt/arrayfuncs.c writes them).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pollux {

// In the order in which they are added they are $1, $2 … Everything is copied. One thread.
class PostgresParameters {
 public:
  PostgresParameters& add(std::string_view text);
  PostgresParameters& add(std::int64_t number);
  PostgresParameters& add(std::span<const std::string_view> texts);
  PostgresParameters& add(std::span<const std::int64_t> numbers);

  std::size_t size() const { return bytes_.size(); }

  // As libpq wants them; valid until the next add().
  struct Arrays {
    std::vector<std::uint32_t> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
  };
  Arrays arrays() const;

 private:
  std::vector<std::uint32_t> types_;
  std::vector<std::string> bytes_;
};

}  // namespace pollux
