#pragma once
// Coroutines that read like the RFC. `co_await task` gives the value, or ends this task with the
// same Failure; `attempt(task)` looks at the outcome; `within(limit, step, task)` is the RFC's
// timeout.
//
// One rule keeps g++ 12 honest (docs/traps.md): one co_await a statement, its result bound to a
// name; the operand mentions only names, literals and class objects with constructors.
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/loop.hpp"
#include "sim/core/result.hpp"

namespace core {

/// Told when the task it waits for has ended.
class Waiter {
  public:
    virtual void child_ended() = 0;

  protected:
    ~Waiter() = default;
};

class PromiseBase : public Due {
  public:
    Loop* loop = nullptr;
    Waiter* waiter = nullptr;
    /// Ends the task from outside, at the point where it waits.
    virtual void fail(Failure failure) = 0;

    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
        bool await_ready() noexcept { return false; }
        template <class P>
        void await_suspend(std::coroutine_handle<P> h) noexcept {
            h.promise().waiter->child_ended();
        }
        void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { std::terminate(); }

  protected:
    ~PromiseBase() = default;
};

template <class T>
class [[nodiscard]] Task {
  public:
    class promise_type final : public PromiseBase {
      public:
        Task get_return_object() {
            return Task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        void return_value(Result<T> r) { result.emplace(std::move(r)); }
        void fail(Failure failure) override {
            result.emplace(std::move(failure));
            waiter->child_ended();
        }
        std::optional<Result<T>> result;

      private:
        void fire() override { std::coroutine_handle<promise_type>::from_promise(*this).resume(); }
    };
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle h) : handle_(h) {}
    Task(Task&& o) noexcept : handle_(std::exchange(o.handle_, {})) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    void start(Loop& loop, Waiter& waiter) {
        handle_.promise().loop = &loop;
        handle_.promise().waiter = &waiter;
        loop.soon(handle_.promise());
    }
    Result<T>& result() {
        ENSURE(handle_.promise().result.has_value());
        return *handle_.promise().result;
    }

    class Propagate;
    Propagate operator co_await() && { return Propagate(std::move(*this)); }

  private:
    Handle handle_;
};

/// Success resumes the awaiting task, failure ends it.
template <class T>
class Task<T>::Propagate final : public Waiter {
  public:
    explicit Propagate(Task&& child) : child_(std::move(child)) {}
    Propagate(const Propagate&) = delete;
    bool await_ready() const noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> h) {
        parent_ = &h.promise();
        child_.start(*parent_->loop, *this);
    }
    T await_resume() { return std::move(child_.result().value()); }

  private:
    void child_ended() override {
        if (child_.result().ok()) return parent_->loop->soon(*parent_);
        parent_->fail(child_.result().take_failure());
    }
    Task child_;
    PromiseBase* parent_ = nullptr;
};

template <class T>
class Attempt final : public Waiter {
  public:
    explicit Attempt(Task<T>&& task) : child_(std::move(task)) {}
    Attempt(const Attempt&) = delete;
    bool await_ready() const noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> h) {
        parent_ = &h.promise();
        child_.start(*parent_->loop, *this);
    }
    Result<T> await_resume() { return std::move(child_.result()); }

  private:
    void child_ended() override { parent_->loop->soon(*parent_); }
    Task<T> child_;
    PromiseBase* parent_ = nullptr;
};

/// Look at the outcome instead of being ended by it.
template <class T>
Attempt<T> attempt(Task<T>&& task) {
    return Attempt<T>(std::move(task));
}

template <class T>
class Within final : public Waiter {
  public:
    Within(Duration limit, std::string_view step, Task<T>&& task)
        : limit_(limit), step_(step), child_(std::move(task)), alarm_(*this) {}
    Within(const Within&) = delete;
    bool await_ready() const noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> h) {
        parent_ = &h.promise();
        parent_->loop->after(limit_, alarm_);
        child_->start(*parent_->loop, *this);
    }
    T await_resume() { return std::move(child_->result().value()); }

  private:
    struct Alarm final : Due {
        explicit Alarm(Within& w) : within(w) {}
        void fire() override { within.time_is_up(); }
        Within& within;
    };
    void child_ended() override {
        parent_->loop->cancel(alarm_);
        if (child_->result().ok()) return parent_->loop->soon(*parent_);
        parent_->fail(child_->result().take_failure());
    }
    // The loser is destroyed at once: it must not act after its time.
    void time_is_up() {
        child_.reset();
        parent_->fail(Failure(Reason::timeout,
                              std::string(step_) + ": no answer within " + readable(limit_),
                              "4.4.2"));
    }
    Duration limit_;
    std::string_view step_;
    std::optional<Task<T>> child_;
    Alarm alarm_;
    PromiseBase* parent_ = nullptr;
};

/// The RFC's timeouts in one word: `limit` of virtual time, `step` for the message; a literal,
/// which is not copied.
template <class T>
Within<T> within(Duration limit, std::string_view step, Task<T>&& task) {
    return Within<T>(limit, step, std::move(task));
}

/// Let `wait` pass.
class Sleep final {
  public:
    explicit Sleep(Duration wait) : wait_(wait) {}
    bool await_ready() const noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> h) {
        h.promise().loop->after(wait_, h.promise());
    }
    void await_resume() const noexcept {}

  private:
    Duration wait_;
};

/// Owns tasks that run beside each other. One that ends is freed; all end with the nursery. Such a
/// task answers for its failures itself: one that ends with a Failure is our bug.
class Nursery {
  public:
    explicit Nursery(Loop& loop) : loop_(loop) {}
    Nursery(const Nursery&) = delete;

    void start(Task<Unit> task) {
        auto child = std::make_unique<Child>(*this, std::move(task));
        child->index = children_.size();
        Child& started = *child;
        children_.push_back(std::move(child));
        started.task.start(loop_, started);
    }
    std::size_t size() const { return children_.size(); }
    /// Ends all of them where they wait.
    void stop() { children_.clear(); }

  private:
    struct Child final : Waiter, Due {
        Child(Nursery& n, Task<Unit>&& t) : nursery(n), task(std::move(t)) {}
        void child_ended() override { nursery.loop_.soon(*this); }
        void fire() override { nursery.free(*this); }
        Nursery& nursery;
        Task<Unit> task;
        std::size_t index = 0;
    };
    void free(Child& child) {
        ENSURE(child.task.result().ok());
        const std::size_t hole = child.index;
        std::swap(children_[hole], children_.back());
        children_[hole]->index = hole;
        children_.pop_back();
    }
    Loop& loop_;
    std::vector<std::unique_ptr<Child>> children_;
};

}  // namespace core
