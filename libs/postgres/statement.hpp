// What goes into a statement and what comes out of it: parameters in PostgreSQL's binary format
// (https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES; arrays as in
// array_send(), src/backend/utils/adt/arrayfuncs.c), rows as text. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace pollux::postgres {

// $1, $2 … in the order in which they are added. Everything is copied.
class Parameters {
 public:
  Parameters& add(std::string_view text);
  Parameters& add(std::int64_t number);
  Parameters& add(std::span<const std::string_view> texts);
  Parameters& add(std::span<const std::int64_t> numbers);

  std::size_t size() const { return bytes_.size(); }

  // As libpq takes them; valid until the next add().
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

// The result of a statement. Rows and columns count from 0; both must exist.
class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}  // owns it

  int size() const;
  int columns() const;
  std::string_view text(int row, int column) const;  // valid while this object lives; empty for NULL
  std::int64_t number(int row, int column) const;    // of smallint, integer, bigint; 0 for NULL
  bool truth(int row, int column) const { return text(row, column) == "t"; }

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace pollux::postgres
