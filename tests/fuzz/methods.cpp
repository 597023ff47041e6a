// Every word and method, called with whatever a script can hold: things, look-alikes of things,
// numbers of all sizes, tables that answer as they like. It may be told as a mistake, and do
// nothing worse.
#include <cstdlib>

#include <fmt/core.h>

#include "harness/script/file.hpp"
#include "harness/script/stage.hpp"
#include "tests/fuzz/input.hpp"

// Where ENSURE ends in a program with the harness: a fuzzer must see it (-Wl,--wrap).
extern "C" [[noreturn]] void __wrap__Exit(int) { std::abort(); }

namespace {

// Reads the bytes from their front: three for each call, then those of its arguments.
constexpr const char* driver = R"lua(
local at = 0
local function byte() at = at + 1 return bytes[at] or 0 end
local function pick(list) return list[byte() % #list + 1] end

local methods = { "sends", "flushes", "changes", "goes_down", "comes_back", "strips", "answers",
  "injects", "alters", "cuts", "splits", "joins", "delays", "rewrites", "blocks", "downgrades",
  "impersonates", "answers_dns", "replays", "speaks", "leaves", "is", "finally", "crossed",
  "because", "code", "attempts", "reached", "tls", "to", "hop", "dialogue", "read", "never_read",
  "altered", "never_altered", "knows", "never_knows", "sizes", "kept", "bounced", "reported",
  "took_report", "took_no_report", "refused_report", "not_yet_read", "not_yet_altered",
  "not_yet_knows" }
local words = { sender, receiver, domain, eavesdropper, attacker, network, link, after, at_, given,
  cites, expect, self_signed, signed_by, postfix_table, postfix_main, mta_sts_policy, print,
  tostring, pairs, next, setmetatable, getmetatable, rawset, rawget, rawlen, select, pcall, load }
local keys = { "to", "from", "body", "subject", "between", "tls", "mx", "host", "preference",
  "certificate", "serves", "level", "match", "mta_sts", "tlsa", "usage", "selector", "matching",
  "of", "records", "signed", "with", "record", "byte", "bit", "how", "after_bytes", "after",
  "before", "times", "towards", "service", "into", "by", "name", "type", "answer", "ttl", "says",
  "version", "ciphers", "latency", "jitter", "bandwidth", "loss", "down", "kind", "index",
  "replies", "RCPT", "users", "flaws", "faults", "addresses", "held_for", "default", "tls_rpt",
  "rua", "successes", "failures", "count", "day", "domain", 1, 2, 3 }

scenario("methods", function()
  local alice = sender "mail.alice.example" {}
  local bob = receiver "mx.bob.example" {}
  local carol = receiver "mx.carol.example"
  local zone = domain "bob.example" {}
  local eve = eavesdropper "eve" { between = { alice, bob } }
  local mallory = attacker "mallory" { between = { alice, bob } }
  local path = link { between = { alice, bob } }
  local mail = alice:sends { to = "bob@bob.example" }
  local held = { alice, bob, carol, zone, eve, mallory, path, mail }
  for _, thing in ipairs { alice, bob, mallory, mail } do
    pcall(function() held[#held + 1] = setmetatable({}, { __index = thing }) end)
  end
  held[#held + 1] = { kind = "attacker", name = "mallory", index = 1000000 }
  held[#held + 1] = { kind = "mail", index = -1 }
  held[#held + 1] = { kind = "sender without braces", name = "x", index = 7 }
  held[#held + 1] = { certificate = { authority = {} } }
  held[#held + 1] = { is_expectation = true }

  local function value(depth)
    local which = byte() % 16
    if which < 4 then return pick(held) end
    if which == 4 then return byte() * 2 ^ (byte() % 70) end
    if which == 5 then return byte() << (byte() % 64) end
    if which == 6 then return -byte() end
    if which == 7 then return pick { 0 / 0, 1 / 0, -1 / 0, 0.5, true, false } end
    if which == 8 then return nil end
    if which == 9 then
      return pick { "bob@bob.example", "mx.bob.example", "1 hour", "STARTTLS", "dns", "delivered",
        "2026-01-31", "TLSv1.2", "secure", "450 4.2.0 busy", "_25._tcp.mx.bob.example", "" }
    end
    if which == 10 then return string.rep(string.char(byte()), byte()) end
    if which == 11 then return function(...) return ... end end
    if which == 12 then
      return setmetatable({}, { __index = function() return pick(held) end,
        __len = function() return byte() end, __pairs = function() return next, {}, nil end })
    end
    if which == 13 then return pick(words) end
    if depth > 3 then return {} end
    local out = {}
    for _ = 1, byte() % 5 do
      local key = pick(keys)
      pcall(rawset, out, key, value(depth + 1))
    end
    return out
  end

  for _ = 1, 24 do
    if at >= #bytes then break end
    local how, of = byte() % 4, value(0)
    local called, more, rest = value(0), value(0), value(0)
    local well, got = pcall(function()
      if how == 0 then return of[pick(methods)](of, called, more, rest) end
      if how == 1 then return of[pick(methods)](called, more, rest) end
      if how == 2 then return expect(of)[pick(methods)](called, more) end
      return pick(words)(of, called, more)
    end)
    if well and got ~= nil then held[#held + 1] = got end
    if #held > 40 then table.remove(held, 9) end
  end
end)
)lua";

script::Budget small_budget() {
    script::Budget budget;
    budget.instructions = 5'000'000;
    budget.memory = 16u << 20;
    budget.turns = 20'000;
    return budget;
}

class OneText : public script::Library {
  public:
    explicit OneText(std::string text) : text_(std::move(text)) {}
    core::Result<std::string> read(const std::string&) const override { return text_; }
    core::Result<std::string> read_beside(const std::string&, const std::string&) const override {
        return std::string("bob.example secure\n");
    }

  private:
    std::string text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text = "local at_, bytes = at, {";
    for (std::size_t i = 0; i < std::min<std::size_t>(size, 1000); ++i)
        text += fmt::format("{},", data[i]);
    const OneText library(text + "}\n" + driver);
    const script::Performance played =
        play("methods.lua", "methods", 1, script::Terms(library, small_budget()));
    ENSURE((played.ending == script::Ending::passed) == !played.mistake.has_value());
    ENSURE(!played.mistake || !played.mistake->message.empty());
    return 0;
}
