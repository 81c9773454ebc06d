// The steps that bring a database to the schema of this program: the files of migrations/, compiled in. A
// file that was released is never changed; what comes later is a new file with the next number.
#pragma once

#include <span>
#include <string_view>

namespace pollux::store {

struct Migration {
  int number = 0;  // 1, 2, 3 … without a gap
  std::string_view name;
  std::string_view sql;  // one or more statements
};

std::span<const Migration> sqlite_migrations();
std::span<const Migration> postgres_migrations();

}  // namespace pollux::store
