#include "postgres/rows.hpp"

#include <charconv>

#include <libpq-fe.h>

namespace pollux {
namespace {

std::int64_t parse(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

void PostgresRows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

int PostgresRows::size() const {
  return PQntuples(result_.get());
}

bool PostgresRows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view PostgresRows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t PostgresRows::number(int row, int column) const {
  return parse(text(row, column));
}

std::int64_t PostgresRows::affected() const {
  return parse(PQcmdTuples(result_.get()));
}

}  // namespace pollux
