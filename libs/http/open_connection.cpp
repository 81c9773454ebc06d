#include "http/open_connection.hpp"

#include "http/io_worker.hpp"

namespace pollux::http {

OpenConnection::OpenConnection(std::shared_ptr<IoWorker> worker) : worker_(std::move(worker)) {
  worker_->add(*this);
}

OpenConnection::~OpenConnection() {
  leave();
}

void OpenConnection::leave() {
  if (!worker_) return;
  worker_->remove(*this);
  worker_.reset();
}

}  // namespace pollux::http
