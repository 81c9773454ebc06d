// The steps that bring a database to the schema of this program: the files of migrations/, compiled in. A
// released file never changes; an addition is a new file with the next number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pollux::store {

struct Migration {
  int number = 0;  // 1, 2, 3 … without a gap
  std::string_view name;
  std::string_view sql;  // one or more statements
};

std::span<const Migration> sqlite_migrations();
std::span<const Migration> postgres_migrations();

// `invalid` if more migrations were applied to the database (`applied`) than this program knows (`known`).
inline Result<void> check_schema_not_newer(const std::string& database, std::int64_t applied,
                                           std::size_t known) {
  if (applied >= 0 && applied <= static_cast<std::int64_t>(known)) return {};
  return invalid("The database " + database +
                 " was written by a newer version of this program (its schema is " + std::to_string(applied) +
                 ", this version knows " + std::to_string(known) +
                 "). Run that version, or use another database.");
}

}  // namespace pollux::store
