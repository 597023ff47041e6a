#include "harness/script/callers.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include <lua.hpp>

namespace script {
namespace {

static_assert(LUA_VERSION_NUM == 504, "the encoding below is that of ldump.c of Lua 5.4");

// lopcodes.h
constexpr std::uint32_t op_move = 0, op_getupval = 9, op_call = 68, op_tailcall = 69;
constexpr std::uint32_t op_mask = 0x7F;
std::uint32_t opcode(std::uint32_t instruction) { return instruction & op_mask; }
std::uint32_t register_a(std::uint32_t instruction) { return instruction >> 7 & 0xFF; }
// Does it use the register A for something else than its result? Stores, comparisons, jumps.
bool only_reads_a(std::uint32_t op) {
    constexpr std::uint32_t op_setupval = 10, op_settabup = 15, op_setfield = 18, op_mmbin = 46,
                            op_mmbink = 48, op_close = 54, op_test = 66, op_return = 70,
                            op_return1 = 72, op_setlist = 78;
    return op == op_setupval || (op >= op_settabup && op <= op_setfield) ||
           (op >= op_mmbin && op <= op_mmbink) || (op >= op_close && op <= op_test) ||
           (op >= op_return && op <= op_return1) || op == op_setlist;
}
constexpr std::uint32_t c_mask = 0xFFu << 24;  // 0: all that comes back is kept

// Goes over a dump; `tail_calls` are the places of their instructions.
class Dump {
  public:
    explicit Dump(std::string_view bytes) : bytes_(bytes) {}
    bool read() {
        // LUA_SIGNATURE, version, format, LUAC_DATA, three sizes, LUAC_INT, LUAC_NUM.
        constexpr std::string_view begins{"\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08", 15};
        if (!bytes_.starts_with(begins)) return false;
        skip(begins.size() + 16 + 1);
        function(0);
        return ok_ && at_ == bytes_.size();
    }
    std::vector<std::size_t> tail_calls;

  private:
    void skip(std::size_t count) {
        ok_ = ok_ && count <= bytes_.size() - at_;
        if (ok_) at_ += count;
    }
    unsigned byte() {
        skip(1);
        return ok_ ? static_cast<unsigned char>(bytes_[at_ - 1]) : 0;
    }
    // Seven bits a byte, the highest first; the last byte has its eighth set.
    std::size_t number() {
        std::size_t out = 0;
        for (unsigned b = 0; ok_ && (b & 0x80) == 0;) {
            b = byte();
            ok_ = ok_ && out >> (sizeof out * 8 - 7) == 0;
            out = out << 7 | (b & 0x7F);
        }
        return out;
    }
    void text() {
        const std::size_t size = number();
        if (size > 0) skip(size - 1);
    }
    void constant() {
        switch (byte()) {
            case LUA_TNUMBER:
            case LUA_TNUMBER | 1 << 4: skip(8); return;
            case LUA_TSTRING:
            case LUA_TSTRING | 1 << 4: text(); return;
            case LUA_TNIL:
            case LUA_TBOOLEAN:
            case LUA_TBOOLEAN | 1 << 4: return;
            default: ok_ = false;
        }
    }
    template <class One>
    void each(One&& one) {
        for (std::size_t left = number(); ok_ && left > 0; --left) one();
    }
    void code() {
        std::vector<std::uint32_t> before;
        each([this, &before] {
            std::uint32_t instruction = 0;
            skip(sizeof instruction);
            if (!ok_) return;
            std::memcpy(&instruction, bytes_.data() + at_ - sizeof instruction, sizeof instruction);
            if (opcode(instruction) == op_tailcall && !calls_a_variable(before, instruction))
                tail_calls.push_back(at_ - sizeof instruction);
            before.push_back(instruction);
        });
    }
    // A function of the author's own, which may call itself so for ever: Lua 5.4 section 3.4.10.
    // What is called is what its register got last.
    static bool calls_a_variable(const std::vector<std::uint32_t>& before, std::uint32_t call) {
        for (auto one = before.rbegin(); one != before.rend(); ++one)
            if (register_a(*one) == register_a(call) && !only_reads_a(opcode(*one)))
                return opcode(*one) == op_move || opcode(*one) == op_getupval;
        return true;  // a parameter
    }
    void function(int depth) {
        constexpr int deepest = 200;  // LUAI_MAXCCALLS
        ok_ = ok_ && depth < deepest;
        if (!ok_) return;
        text();
        number();
        number();
        skip(3);
        code();
        each([this] { constant(); });
        each([this] { skip(3); });
        each([this, depth] { function(depth + 1); });
        each([this] { skip(1); });
        each([this] {
            number();
            number();
        });
        each([this] {
            text();
            number();
            number();
        });
        each([this] { text(); });
    }
    std::string_view bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace

bool remember_callers(std::string& dump) {
    Dump read(dump);
    if (!read.read() || read.tail_calls.empty()) return false;
    for (const std::size_t at : read.tail_calls) {
        std::uint32_t instruction = 0;
        std::memcpy(&instruction, dump.data() + at, sizeof instruction);
        // What follows is OP_RETURN of all that comes back, as after any call whose results are.
        instruction = (instruction & ~(op_mask | c_mask)) | op_call;
        std::memcpy(dump.data() + at, &instruction, sizeof instruction);
    }
    return true;
}

}  // namespace script
