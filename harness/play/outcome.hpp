#pragma once
// What came of one scenario: what every report is made of. It needs no world, no Lua, no JSON.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/verdict.hpp"
#include "harness/script/entry.hpp"

namespace play {

using namespace core;

enum class Status : std::uint8_t { passed, failed, broken };
std::string_view word(Status status);

/// What would be if every sender had that level.
struct OtherLevel {
    std::string level;
    std::vector<judge::MailVerdict> mails;  ///< Those that were submitted.
};

/// What came of one scenario. All of it but `other_levels` comes home from a worker.
struct Outcome {
    script::ScenarioEntry entry;
    Status status = Status::passed;
    std::uint64_t seed = 0;
    std::vector<script::Mistake> failures;
    bool deterministic = true;      ///< Of two plays, when asked for.
    std::vector<std::string> bugs;  ///< Invariants that do not hold, as `told` tells them.
    bool wrote_files = true;        ///< False: an output could not be written; `failures` names it.
    std::string cites;
    std::string printed;
    std::set<std::string> asked;  ///< Names that `given` was asked for.
    std::int64_t virtual_ns = 0;
    std::int64_t took_ns = 0;                 ///< Of the real clock: stands in no result.
    std::vector<judge::MailVerdict> mails;    ///< Those that were submitted, in that order.
    std::vector<judge::MailVerdict> notices;  ///< Reports that travelled as mails.
    std::vector<OtherLevel> other_levels;     ///< For the HTML report, where it costs little.
    std::string asked_with;                   ///< As the plan's.
    std::string page;                         ///< Its part of the HTML report, when asked for.
};

/// Did it fail, break, differ from itself, or not write what it should?
bool is_bad(const Outcome& outcome);

/// Of a run's mails: those that were submitted, or all others.
enum class Mails : std::uint8_t { submitted, others };
std::vector<judge::MailVerdict> only(Mails which, const std::vector<judge::MailVerdict>& verdicts);

}  // namespace play
