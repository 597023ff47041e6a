#include "harness/script/budget.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "harness/script/arena.hpp"
#include "sim/core/ensure.hpp"

namespace script {

// Where a state lies, and what else there is to know of the one that was kept there.
struct BudgetedState::Kept {
    Arena arena;
    lua_State* lua = nullptr;
    Account used;
};

// Those of this thread that serve nobody now: each keeps a state that is worth a copy.
std::vector<std::unique_ptr<BudgetedState::Kept>>& BudgetedState::idle() {
    thread_local std::vector<std::unique_ptr<Kept>> idle;
    return idle;
}

BudgetedState::BudgetedState(const Budget& budget, Guard* guard) : budget_(budget), guard_(guard) {
    copy_ = !idle().empty() && idle().back()->used.most_held <= budget.memory &&
            idle().back()->used.spent <= budget.instructions;
    if (copy_) {
        kept_ = std::move(idle().back());
        idle().pop_back();
        kept_->arena.restore();
        lua_ = kept_->lua;
        used_ = kept_->used;
        lua_setallocf(lua_, allocate, this);
    } else {
        kept_ = std::make_unique<Kept>();
        lua_ = lua_newstate(allocate, this);
        if (lua_ == nullptr) return;
        lua_sethook(lua_, count, LUA_MASKCOUNT, hook_interval);
    }
    *static_cast<BudgetedState**>(lua_getextraspace(lua_)) = this;
}

// No lua_close: nothing in a state needs a farewell (authors have no __gc), and all of its memory
// goes at once.
BudgetedState::~BudgetedState() {
    if (kept_->arena.kept() > 1) kept_->arena.forget();  // what was marked
    if (kept_->arena.kept() > 0) idle().push_back(std::move(kept_));
}

void BudgetedState::keep() {
    // What a scenario adds is little against the language: the collector's first round comes once
    // there is several times as much.
    constexpr int first_round = 1000, usual = 200;  // percent
    lua_gc(lua_, LUA_GCSETPAUSE, first_round);
    lua_gc(lua_, LUA_GCCOLLECT);
    lua_gc(lua_, LUA_GCSETPAUSE, usual);
    if (!kept_->arena.keep()) return;
    kept_->lua = lua_;
    kept_->used = used_;
}

bool BudgetedState::mark() {
    // A round of the collector touches all that is kept: where that is much, none is left half
    // done.
    constexpr std::size_t much = 1u << 20;
    if (used_.held > much) lua_gc(lua_, LUA_GCCOLLECT);
    marked_ = used_;
    return kept_->arena.kept() == 1 && kept_->arena.keep();
}

void BudgetedState::rewind() {
    ENSURE(kept_->arena.kept() == 2);
    kept_->arena.restore();
    used_ = marked_;
    overrun_.clear();
}

void* BudgetedState::allocate(void* self, void* block, std::size_t old_size, std::size_t new_size) {
    BudgetedState& state = *static_cast<BudgetedState*>(self);
    const Held held(state.guard_);
    Arena& arena = state.kept_->arena;
    if (block == nullptr) old_size = 0;  // then it is a type tag
    if (new_size == 0) {
        arena.give_back(block, old_size);
        state.used_.held -= old_size;
        return nullptr;
    }
    if (new_size > old_size && state.used_.held + (new_size - old_size) > state.budget_.memory) {
        if (state.overrun_.empty())
            state.overrun_ = fmt::format("the script ran over its memory budget of {} MiB",
                                         state.budget_.memory >> 20);
        return nullptr;
    }
    // One instruction may copy all that Lua holds: so large blocks are paid for like instructions.
    const bool large = new_size > old_size && new_size >= large_block;
    if (large && !state.spend(new_size / bytes_a_step)) return nullptr;
    void* const moved =
        block == nullptr ? arena.take(new_size) : arena.resize(block, old_size, new_size);
    if (moved == nullptr) return nullptr;
    state.used_.held += new_size - old_size;
    state.used_.most_held = std::max(state.used_.most_held, state.used_.held);
    return moved;
}

BudgetedState& BudgetedState::of(lua_State* lua) {
    return **static_cast<BudgetedState**>(lua_getextraspace(lua));
}

std::uint64_t BudgetedState::left() const {
    return budget_.instructions - std::min(used_.spent, budget_.instructions);
}

bool BudgetedState::spend(std::uint64_t steps) {
    const bool enough = steps <= left();
    used_.spent = enough ? used_.spent + steps : budget_.instructions + 1;
    const Held held(enough ? nullptr : guard_);
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
