// What a statement answered.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

struct pg_result;

namespace pollux {

// Rows and columns count from 0; both must exist. One thread.
class PostgresRows {
 public:
  explicit PostgresRows(pg_result* result) : result_(result) {}  // owns it

  int size() const;
  bool is_null(int row, int column) const;
  std::string_view text(int row, int column) const;  // valid as long as this lives; empty where null
  std::int64_t number(int row, int column) const;    // of the types smallint, integer, bigint; 0 where null
  bool truth(int row, int column) const { return text(row, column) == "t"; }
  std::int64_t affected() const;  // the rows that INSERT, UPDATE or DELETE changed

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace pollux
