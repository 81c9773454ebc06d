#include "engineio/server.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include "base/io_threads.hpp"
#include "engineio/live_session.hpp"
#include "engineio/server_context.hpp"
#include "engineio/thread_sessions.hpp"
#include "engineio/web_socket_transport.hpp"

namespace pollux::engineio {
namespace {

void open_now(const std::shared_ptr<ServerContext>& context, const std::shared_ptr<Listener>& listener,
              const std::shared_ptr<ThreadSessions>& home, const Target& target, const http::Request& request,
              const http::Reply& reply) {
  if (context->draining) return context->reject(RejectReason::draining, request, reply);
  auto place = context->registry->enter(request.remote_address);
  if (!place) return context->reject(RejectReason::no_place, request, reply);
  const auto session = std::make_shared<LiveSession>(context, std::move(place), listener, home);
  if (target.transport == Transport::polling) return session->open(request, reply);
  reply.upgrade(context->web_socket_options(),
                std::make_shared<WebSocketTransport>(session, true, target.is_base64));
}

}  // namespace

Server::Server(IoThreads& threads, Options options, Accept accept)
    : context_(std::make_shared<ServerContext>(std::move(options))), accept_(std::move(accept)) {
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads_.push_back(std::make_shared<ThreadSessions>(threads.context(i), i, context_->options.ping_times,
                                                        [context = context_](std::string_view what) {
                                                          ++context->statistics.failed;
                                                          if (context->options.on_failure)
                                                            context->options.on_failure(what);
                                                        }));
  }
}

Server::~Server() {
  drain();
  for (const auto& thread : threads_)
    thread->wait_until_empty(context_->options.close_timeout + std::chrono::seconds(1));
}

bool Server::serves(const http::Request& request) const {
  return request.path == context_->options.path;
}

void Server::handle(const http::Request& request, const http::Reply& reply) const {
  if (auto answer = answer_preflight(request, context_->options)) return reply(std::move(*answer));
  const auto target = read_target(request);
  if (const auto* reason = std::get_if<RejectReason>(&target))
    return context_->reject(*reason, request, reply);
  const auto& wanted = std::get<Target>(target);
  wanted.session_id.empty() ? open(request, wanted, reply) : forward(request, wanted, reply);
}

void Server::open(const http::Request& request, const Target& target, const http::Reply& reply) const {
  if (const auto reason = check_opening(request, target, context_->options)) {
    return context_->reject(*reason, request, reply);
  }
  if (context_->draining) return context_->reject(RejectReason::draining, request, reply);
  if (!context_->registry->has_place_for(request.remote_address))
    return context_->reject(RejectReason::no_place, request, reply);

  // Openings are queued, so that many new clients do not delay those that are connected.
  const auto& home = current_thread();
  home->task_queue().push(
      [context = context_, listener = accept_(request), home, target, request, reply](TimePoint) {
        open_now(context, listener, home, target, request, reply);
        return false;
      });
}

// Runs on the session's io thread. The request is valid there as long as the reply exists.
void Server::forward(const http::Request& request, const Target& target, const http::Reply& reply) const {
  const auto session = context_->registry->find(target.session_id);
  if (!session) return context_->reject(RejectReason::unknown_session, request, reply);
  auto& home = *threads_[session->thread()];
  const bool is_local = home.is_current_thread();
  home.run(
      [session, request, target, reply, is_local] { session->handle(request, target, reply, is_local); });
}

void Server::drain() {
  context_->draining = true;
  for (const auto& thread : threads_) thread->close_all(CloseReason::draining);
}

const Statistics& Server::statistics() const {
  return context_->statistics;
}

const std::shared_ptr<ThreadSessions>& Server::current_thread() const {
  const auto current = std::find_if(threads_.begin(), threads_.end(),
                                    [](const auto& thread) { return thread->is_current_thread(); });
  if (current == threads_.end())
    throw std::logic_error("engineio::Server: a request arrived on a thread of another IoThreads.");
  return *current;
}

}  // namespace pollux::engineio
