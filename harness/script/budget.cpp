#include "harness/script/budget.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace script {

BudgetedState::BudgetedState(const Budget& budget) : budget_(budget) {
    lua_ = lua_newstate(allocate, this);
    if (lua_ == nullptr) return;
    *static_cast<BudgetedState**>(lua_getextraspace(lua_)) = this;
    lua_sethook(lua_, count, LUA_MASKCOUNT, hook_interval);
}

BudgetedState::~BudgetedState() {
    if (lua_ != nullptr) lua_close(lua_);
}

void* BudgetedState::allocate(void* self, void* block, std::size_t old_size, std::size_t new_size) {
    BudgetedState& state = *static_cast<BudgetedState*>(self);
    if (block == nullptr) old_size = 0;  // then it is a type tag
    if (new_size == 0) {
        std::free(block);
        state.used_ -= old_size;
        return nullptr;
    }
    if (new_size > old_size && state.used_ + (new_size - old_size) > state.budget_.memory) {
        if (state.overrun_.empty())
            state.overrun_ = fmt::format("the script ran over its memory budget of {} MiB",
                                         state.budget_.memory >> 20);
        return nullptr;
    }
    // One instruction may copy all that Lua holds: so large blocks are paid for like instructions.
    const bool large = new_size > old_size && new_size >= large_block;
    if (large && !state.spend(new_size / bytes_a_step)) return nullptr;
    void* const moved = std::realloc(block, new_size);
    if (moved != nullptr) state.used_ += new_size - old_size;
    return moved;
}

BudgetedState& BudgetedState::of(lua_State* lua) {
    return **static_cast<BudgetedState**>(lua_getextraspace(lua));
}

std::uint64_t BudgetedState::left() const {
    return budget_.instructions - std::min(spent_, budget_.instructions);
}

bool BudgetedState::spend(std::uint64_t steps) {
    const bool enough = steps <= left();
    spent_ = enough ? spent_ + steps : budget_.instructions + 1;
    if (!enough && overrun_.empty())
        overrun_ = fmt::format("the script ran over its budget of {} million instructions",
                               budget_.instructions / 1'000'000);
    return enough;
}

// Once spent, every further look raises again: a pcall cannot outlive the budget.
void BudgetedState::count(lua_State* lua, lua_Debug*) {
    BudgetedState& state = of(lua);
    if (state.spend(hook_interval)) return;
    lua_sethook(lua, count, LUA_MASKCOUNT, 1);
    luaL_error(lua, "%s", state.overrun_.c_str());
}

}  // namespace script
