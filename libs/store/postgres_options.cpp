#include "store/postgres_options.hpp"

namespace pollux::store {

void tell(const PostgresProgress& progress, const std::string& what) {
  if (progress) progress(what);
}

}  // namespace pollux::store
