#include "postgres/session.hpp"

#include <utility>

namespace pollux {

PostgresSession::PostgresSession(PostgresUrl url, Prepare prepare)
    : url_(std::move(url)), prepare_(std::move(prepare)) {}

Result<PostgresConnection*> PostgresSession::connection(const WaitLimit& limit) {
  if (connection_ && connection_->usable()) return &*connection_;
  connection_.reset();
  auto opened = PostgresConnection::open(url_, limit);
  if (!opened) return opened.error();
  if (auto prepared = prepare_(*opened, limit); !prepared) return prepared.error();
  connection_ = std::move(*opened);
  return &*connection_;
}

}  // namespace pollux
