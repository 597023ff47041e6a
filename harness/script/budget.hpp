#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <lua.hpp>

#include "harness/script/terms.hpp"

namespace script {

/// A Lua state that keeps within a budget. Errors end the script, never the program.
class BudgetedState {
  public:
    /// An empty state; or a copy of the one that was kept, where that fits the budget.
    explicit BudgetedState(const Budget& budget, Guard* guard = nullptr);
    BudgetedState(const BudgetedState&) = delete;
    ~BudgetedState();
    /// Null when not even an empty state fits the budget.
    lua_State* lua() { return lua_; }
    /// It is a copy, and has all that the kept one had.
    bool is_copy() const { return copy_; }
    /// From now on new states of this thread are copies of this one as it stands, outside of any
    /// call. Nothing in it may point to what ends before the thread does.
    void keep();
    /// From now on `rewind` makes this state what it is now, and what has been spent, too. Outside
    /// of any call, once. False: it is too large for that.
    bool mark();
    void rewind();
    /// Whom this state serves, for functions that Lua calls.
    void* served = nullptr;
    static BudgetedState& of(lua_State* lua);
    /// Instructions that may still be spent.
    std::uint64_t left() const;
    /// Pays for work outside Lua. False when that runs over the budget: then raise `overrun`.
    bool spend(std::uint64_t steps);
    Guard* guard() const { return guard_; }
    /// Why the script was stopped, or empty.
    const std::string& overrun() const { return overrun_; }

  private:
    static void* allocate(void* self, void* block, std::size_t old_size, std::size_t new_size);
    static void count(lua_State* lua, lua_Debug* activation);
    static constexpr int hook_interval = 10'000;
    static constexpr std::size_t large_block = 4096;
    static constexpr std::size_t bytes_a_step = 64;
    struct Kept;
    static std::vector<std::unique_ptr<Kept>>& idle();
    /// What has been used.
    struct Account {
        std::size_t held = 0, most_held = 0;  ///< Bytes.
        std::uint64_t spent = 0;              ///< Instructions.
    };
    Budget budget_;
    Guard* guard_;
    Account used_, marked_;
    std::string overrun_;
    std::unique_ptr<Kept> kept_;  ///< Where the state lies.
    lua_State* lua_ = nullptr;
    bool copy_ = false;
};

}  // namespace script
