#include "socketio/namespace.hpp"

#include <mutex>
#include <utility>

namespace pollux::socketio {

// The dynamic namespaces that have sockets, by name.
class Namespaces::Dynamic {
 public:
  // Removes itself from the list.
  struct Child {
    Child(std::shared_ptr<Dynamic> list_given, std::string name_given,
          std::shared_ptr<const Namespace> behavior_given)
        : list(std::move(list_given)), name(std::move(name_given)), behavior(std::move(behavior_given)) {}
    ~Child() { list->forget(name); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    const std::shared_ptr<Dynamic> list;  // a socket may outlive the server
    const std::string name;
    const std::shared_ptr<const Namespace> behavior;
  };

  std::shared_ptr<const Child> find(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = children_.find(name);
    return found == children_.end() ? nullptr : found->second.lock();
  }

  // `child`, unless another one with its name came first. Null if there are `max`.
  std::shared_ptr<const Child> add(const std::shared_ptr<const Child>& child, std::size_t max) {
    const std::lock_guard lock(mutex_);
    const auto found = children_.find(child->name);
    if (found == children_.end()) {
      if (children_.size() >= max) return nullptr;
      children_.emplace(child->name, child);
      return child;
    }
    if (auto first = found->second.lock()) return first;
    found->second = child;
    return child;
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return children_.size();
  }

 private:
  // The next child of that name may have taken the place.
  void forget(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = children_.find(name);
    if (found != children_.end() && found->second.expired()) children_.erase(found);
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const Child>> children_;
};

Namespaces::Namespaces() : dynamic_(std::make_shared<Dynamic>()) {}

Namespaces& Namespaces::add(std::string name, Namespace behavior) {
  exact_.insert_or_assign(std::move(name), std::make_shared<const Namespace>(std::move(behavior)));
  return *this;
}

Namespaces& Namespaces::add_matching(Matches matches, Namespace behavior) {
  return add_dynamic(
      [matches = std::move(matches), shared = std::make_shared<const Namespace>(std::move(behavior))](
          const std::string& name, const Namespace::Auth&) -> std::shared_ptr<const Namespace> {
        return matches(name) ? shared : nullptr;
      });
}

Namespaces& Namespaces::add_dynamic(Open open) {
  parents_.push_back(std::move(open));
  return *this;
}

Result<std::shared_ptr<const Namespace>> Namespaces::find(const std::string& name,
                                                          const Namespace::Auth& auth,
                                                          std::size_t max_dynamic) const {
  if (const auto exact = exact_.find(name); exact != exact_.end()) return exact->second;
  std::shared_ptr<const Dynamic::Child> child = dynamic_->find(name);
  for (auto parent = parents_.begin(); child == nullptr && parent != parents_.end(); ++parent) {
    auto behavior = (*parent)(name, auth);
    if (behavior == nullptr) continue;
    const auto opened = std::make_shared<const Dynamic::Child>(dynamic_, name, std::move(behavior));
    child = dynamic_->add(opened, max_dynamic);
    if (child == nullptr) return full("Too many namespaces");
  }
  if (child == nullptr) return invalid("Invalid namespace");
  const Namespace* const behavior = child->behavior.get();
  return std::shared_ptr<const Namespace>(std::move(child), behavior);
}

std::size_t Namespaces::dynamic_count() const {
  return dynamic_->size();
}

}  // namespace pollux::socketio
