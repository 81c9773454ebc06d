#include "store/migrations.hpp"

namespace pollux::store {

Result<void> check_schema_not_newer(const std::string& database, std::int64_t applied, std::size_t known) {
  if (applied >= 0 && applied <= static_cast<std::int64_t>(known)) return {};
  return invalid("The database " + database +
                 " was written by a newer version of this program (its schema is " + std::to_string(applied) +
                 ", this version knows " + std::to_string(known) +
                 "). Run that version, or use another database.");
}

}  // namespace pollux::store
