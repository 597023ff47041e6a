#include "harness/script/interpreter.hpp"

#include <fmt/core.h>

#include "harness/script/callers.hpp"
#include "harness/script/compiled.hpp"
#include "harness/script/convert.hpp"
#include "harness/script/language.hpp"
#include "harness/script/options.hpp"

namespace script {
namespace {

// A line on its way to the author's function, and back.
struct Rewriting {
    lua_Integer number;
    std::string_view line, reader;
};

// internal.rewrite(number, line, reader). Runs inside a protected call.
int call_rewrite(lua_State* lua) {
    const auto* const asked = static_cast<const Rewriting*>(lua_touserdata(lua, 1));
    lua_getfield(lua, LUA_REGISTRYINDEX, "mailtls.internal");
    lua_getfield(lua, -1, "rewrite");
    lua_pushinteger(lua, asked->number);
    lua_pushlstring(lua, asked->line.data(), asked->line.size());
    lua_pushlstring(lua, asked->reader.data(), asked->reader.size());
    lua_call(lua, 3, 1);
    return 1;
}

// "file:12: message" without its front: Lua shortens long file names, we know the whole one.
std::string without_position(const std::string& message, int* line) {
    for (std::size_t at = message.find(':'); at != std::string::npos;
         at = message.find(':', at + 1)) {
        std::size_t end = at + 1;
        while (end < message.size() && message[end] >= '0' && message[end] <= '9') ++end;
        if (end > at + 1 && message.compare(end, 2, ": ") == 0) {
            if (line != nullptr && *line == 0)
                *line = std::stoi(message.substr(at + 1, std::min<std::size_t>(end - at - 1, 9)));
            return message.substr(end + 2);
        }
    }
    return message;
}

// Runs inside a protected call.
int draw_from_seed(lua_State* lua) {
    lua_getfield(lua, LUA_REGISTRYINDEX, "mailtls.internal");
    lua_getfield(lua, -1, "draw_from_seed");
    lua_call(lua, 0, 0);
    return 0;
}

}  // namespace

void Interpreter::serve(Stage& stage) {
    stage_->set_rewriter({});
    stage_ = &stage;
    state_.served = stage_;
    stage_->set_rewriter(
        [this](std::size_t number, const std::string& line, const std::string& reader) {
            return rewrite(number, line, reader);
        });
}

void Interpreter::rewind() {
    state_.rewind();
    cut_ = false;
    mistake_ = {};
    kind_.clear();
}

bool Interpreter::prepare() {
    if (state_.lua() == nullptr) {
        mistake_ = {path_, 0, state_.overrun()};
        kind_ = "broken";
        return false;
    }
    if (!state_.is_copy()) {
        lua_pushcfunction(state_.lua(), open_language);
        if (!run_protected(0, 0, Whose::ours)) return false;
        state_.keep();
    }
    lua_pushcfunction(state_.lua(), draw_from_seed);
    return run_protected(0, 0, Whose::ours);
}

namespace {

// A call into Lua, and how it ended.
struct Call {
    lua_State* lua;
    int arguments, results, handler;
    int status = LUA_OK;
};
void call_lua(void* what) {
    Call& it = *static_cast<Call*>(what);
    it.status = lua_pcall(it.lua, it.arguments, it.results, it.handler);
}

// An author's text on its way to being a function.
struct Text {
    lua_State* lua;
    const std::string& source;
    const std::string& name;
    int status = LUA_OK;
};
void read_text(void* what) {
    Text& it = *static_cast<Text*>(what);
    it.status = luaL_loadbufferx(it.lua, it.source.data(), it.source.size(), it.name.c_str(), "t");
}

bool run(Guard* guard, void (*body)(void*), void* what) {
    if (guard != nullptr) return guard->run(body, what);
    body(what);
    return true;
}

}  // namespace

bool Interpreter::cut_off() {
    cut_ = true;
    kind_ = "broken";
    mistake_ = Mistake{path_, 0, state_.guard()->expired()};
    return false;
}

bool Interpreter::run_protected(int arguments, int results, Whose whose) {
    if (cut_) return false;
    lua_State* const lua = state_.lua();
    const int handler = lua_gettop(lua) - arguments;
    lua_pushcfunction(lua, message_handler);
    lua_insert(lua, handler);
    Call it{lua, arguments, results, handler};
    if (!run(whose == Whose::authors ? state_.guard() : nullptr, call_lua, &it)) return cut_off();
    const int status = it.status;
    lua_remove(lua, handler);
    if (status != LUA_OK) blame(status);
    if (!state_.overrun().empty() || !stage_->overrun().empty()) {
        kind_ = "broken";
        mistake_.message = state_.overrun().empty() ? stage_->overrun() : state_.overrun();
        if (mistake_.file.empty()) mistake_.file = path_;
        return false;
    }
    return status == LUA_OK;
}

// In the middle of a turn of the world: whatever the function does, the world goes on.
Rewritten Interpreter::rewrite(std::size_t number, const std::string& line,
                               const std::string& reader) {
    Guard* const guard = state_.guard();
    if (guard != nullptr && guard->expired() != nullptr) return {false, guard->expired()};
    auto* const lua = static_cast<lua_State*>(stage_->running());
    const int top = lua_gettop(lua);
    Rewriting asked{static_cast<lua_Integer>(number), line, reader};
    lua_pushcfunction(lua, call_rewrite);
    lua_pushlightuserdata(lua, &asked);
    Call it{lua, 1, 1, 0};
    if (!run(guard, call_lua, &it)) return {false, guard->expired()};
    const int status = it.status;
    std::string said = "rewrites: the function failed";
    if (lua_type(lua, -1) == LUA_TSTRING) {
        std::size_t size = 0;
        const char* const bytes = lua_tolstring(lua, -1, &size);
        said.assign(bytes, size);
    } else if (lua_istable(lua, -1) && push_failure(lua, -1)) {
        lua_getfield(lua, -1, "message");
        if (lua_type(lua, -1) == LUA_TSTRING) said = lua_tostring(lua, -1);
    }
    lua_settop(lua, top);
    if (!state_.overrun().empty()) said = state_.overrun();
    return {status == LUA_OK, std::move(said)};
}

std::string Interpreter::field(int index, const char* name) {
    lua_State* const lua = state_.lua();
    const int table = lua_absindex(lua, index);
    lua_pushstring(lua, name);
    lua_rawget(lua, table);
    const Value value = value_at(lua, -1);
    lua_pop(lua, 1);
    return value.is_text() ? value.text() : value.is_null() ? std::string() : as_json(value);
}

void Interpreter::blame(int status) {
    lua_State* const lua = state_.lua();
    mistake_ = Mistake{path_, 0, {}};
    kind_ = "broken";
    if (status == LUA_ERRMEM) {
        mistake_.message = "not enough memory";
    } else if (lua_istable(lua, -1) && push_failure(lua, -1)) {
        kind_ = field(-1, "kind");
        mistake_.file = field(-1, "file");
        mistake_.line = std::atoi(field(-1, "line").c_str());
        mistake_.message = kind_ == "broken" ? without_position(field(-1, "message"), nullptr)
                                             : field(-1, "message");
        lua_pop(lua, 1);
    } else if (lua_type(lua, -1) == LUA_TSTRING) {
        const Value message = value_at(lua, -1);
        mistake_.message = without_position(message.text(), &mistake_.line);
    } else {
        mistake_.message =
            fmt::format("the script raised a {} as an error", luaL_typename(lua, -1));
    }
    lua_pop(lua, 1);
}

bool Interpreter::load(const std::string& path) {
    path_ = path;
    const core::Result<std::string> text = stage_->setting().terms.library->read(path);
    if (text.ok()) return load(path, text.value());
    mistake_ = {path, 0, text.failure().detail};
    return false;
}

bool Interpreter::load(const std::string& path, const std::string& source) {
    path_ = path;
    stage_->set_file(path);
    if (!prepare()) return false;
    lua_State* const lua = state_.lua();
    const std::string chunk = "@" + path;
    Text text{lua, source, chunk};
    if (!run(state_.guard(), read_text, &text)) return cut_off();
    if (text.status != LUA_OK) {
        blame(text.status);
        return false;
    }
    std::string dump = dump_of(lua, Debugging::kept);
    if (remember_callers(dump)) {
        lua_pop(lua, 1);
        const int status = luaL_loadbufferx(lua, dump.data(), dump.size(), chunk.c_str(), "b");
        if (status != LUA_OK) {
            blame(status);
            return false;
        }
    }
    lua_getfield(lua, LUA_REGISTRYINDEX, "mailtls.env");
    lua_setupvalue(lua, -2, 1);
    return run_protected(0, 0) && affords("scenarios") && affords("matrices") && affords("sweeps");
}

// Lists are read outside of Lua: what they hold is paid for first.
bool Interpreter::affords(const char* list) {
    lua_State* const lua = state_.lua();
    lua_getfield(lua, LUA_REGISTRYINDEX, "mailtls.internal");
    lua_getfield(lua, -1, list);
    const bool enough = state_.spend(cost_of(lua, -1, state_.left() + 1));
    lua_pop(lua, 2);
    if (!enough) {
        mistake_ = {path_, 0, state_.overrun()};
        kind_ = "broken";
    }
    return enough;
}

Value Interpreter::list(const char* name) {
    lua_State* const lua = state_.lua();
    lua_getfield(lua, LUA_REGISTRYINDEX, "mailtls.internal");
    lua_getfield(lua, -1, name);
    Value out = value_at(lua, -1);
    lua_pop(lua, 2);
    return out;
}

std::vector<ScenarioEntry> Interpreter::entries() {
    std::vector<ScenarioEntry> out;
    for (const Value& item : list("scenarios")) {
        ScenarioEntry entry;
        entry.file = path_;
        entry.title = item["title"].text();
        entry.line = item["line"].get<int>();
        entry.tags = item["tags"].texts();
        entry.cites = item["cites"].text();
        if (item["seed"].kind() == Value::Kind::integer)
            entry.seed = item["seed"].get<std::uint64_t>();
        out.push_back(std::move(entry));
    }
    return out;
}

bool Interpreter::play(const std::string& title) {
    const std::vector<ScenarioEntry> all = entries();
    std::size_t index = 0;
    while (index < all.size() && all[index].title != title) ++index;
    if (index == all.size()) {
        mistake_ = {path_, 0, fmt::format("there is no scenario '{}'", title)};
        return false;
    }
    return play(index);
}

bool Interpreter::play(std::size_t scenario) {
    lua_State* const lua = state_.lua();
    stage_->begin();
    lua_getfield(lua, LUA_REGISTRYINDEX, "mailtls.internal");
    lua_getfield(lua, -1, "scenarios");
    lua_rawgeti(lua, -1, static_cast<lua_Integer>(scenario + 1));
    lua_getfield(lua, -1, "line");
    const auto line = static_cast<int>(lua_tointeger(lua, -1));
    lua_pop(lua, 1);
    lua_getfield(lua, -1, "play");
    bool well = run_protected(0, 0);  // if not: what is left unbuilt has nothing to add
    if (well) {
        lua_getfield(lua, LUA_REGISTRYINDEX, "mailtls.internal");
        lua_getfield(lua, -1, "finish_all");
        well = run_protected(0, 0);
    }
    if (cut_) mistake_.line = line;  // nobody can be asked for a nearer one
    return well;
}

namespace {

std::vector<Axis> axes_of(const Value& list) {
    std::vector<Axis> out;
    for (const Value& axis : list) out.push_back({axis["name"].text(), axis["keys"].texts()});
    return out;
}

}  // namespace

std::vector<MatrixEntry> Interpreter::matrices() {
    std::vector<MatrixEntry> out;
    for (const Value& item : list("matrices")) {
        MatrixEntry entry;
        entry.file = path_;
        entry.title = item["title"].text();
        entry.line = item["line"].get<int>();
        entry.attempts = item.value("attempts", 3);
        entry.prefix = text(item, "prefix");
        entry.rows = axes_of(item["rows"]);
        entry.columns = axes_of(item["columns"]);
        out.push_back(std::move(entry));
    }
    return out;
}

std::vector<SweepEntry> Interpreter::sweeps() {
    std::vector<SweepEntry> out;
    for (const Value& item : list("sweeps"))
        out.push_back(
            {path_, item["title"].text(), item["line"].get<int>(), axes_of(item["over"])});
    return out;
}

// internal.FUNCTION(which, at...): indices from 1.
bool Interpreter::call(const char* function, std::size_t which, const std::vector<std::size_t>& at,
                       int results) {
    lua_State* const lua = state_.lua();
    stage_->begin();
    lua_settop(lua, 0);
    lua_getfield(lua, LUA_REGISTRYINDEX, "mailtls.internal");
    lua_getfield(lua, -1, function);
    lua_pushinteger(lua, static_cast<lua_Integer>(which + 1));
    for (const std::size_t index : at) lua_pushinteger(lua, static_cast<lua_Integer>(index + 1));
    return run_protected(static_cast<int>(at.size()) + 1, results);
}

std::optional<std::size_t> Interpreter::play_cell(std::size_t matrix,
                                                  const std::vector<std::size_t>& at) {
    if (!call("play_cell", matrix, at, 1)) return std::nullopt;
    return static_cast<std::size_t>(lua_tointeger(state_.lua(), -1));
}

bool Interpreter::play_sweep(std::size_t sweep, const std::vector<std::size_t>& at) {
    return call("play_sweep", sweep, at, 0);
}

}  // namespace script
