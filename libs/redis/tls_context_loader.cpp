#include "redis/tls_context_loader.hpp"

#include <system_error>
#include <utility>

namespace pollux::redis {

TlsContextLoader::TlsContextLoader(Url url) : url_(std::move(url)) {}

TlsContextLoader::~TlsContextLoader() = default;

void TlsContextLoader::load(Done done) {
  {
    const std::lock_guard lock(mutex_);
    done_ = std::move(done);
    if (std::exchange(reading_, true)) return;
  }
  try {
    thread_ = std::jthread([this] { read(); });  // the one before is at its end
  } catch (const std::system_error& error) {
    std::unique_lock lock(mutex_);
    reading_ = false;
    const Done failed = std::exchange(done_, nullptr);
    lock.unlock();
    failed(unavailable("No thread could be started to read the files for TLS to Redis (" +
                       std::string(error.what()) + ")."));
  }
}

void TlsContextLoader::read() {
  auto context = make_tls_context(url_);
  std::unique_lock lock(mutex_);
  reading_ = false;
  const Done done = std::exchange(done_, nullptr);
  lock.unlock();
  done(std::move(context));
}

}  // namespace pollux::redis
