#include "http/open_connection.hpp"

#include "http/lane.hpp"

namespace pollux::http {

OpenConnection::OpenConnection(std::shared_ptr<Lane> lane) : lane_(std::move(lane)) {
  lane_->add(*this);
}

OpenConnection::~OpenConnection() {
  leave();
}

void OpenConnection::leave() {
  if (!lane_) return;
  lane_->remove(*this);
  lane_.reset();
}

}  // namespace pollux::http
