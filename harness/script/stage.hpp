#pragma once
// Where a file's script runs: what it may ask at any time, and the play that is on.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/script/entry.hpp"
#include "harness/script/rewriter.hpp"
#include "harness/script/rule_files.hpp"
#include "harness/script/setting.hpp"
#include "harness/script/value.hpp"
#include "sim/core/result.hpp"
#include "sim/trace/ids.hpp"

namespace sim {
class World;
}

namespace script {

using namespace core;
class Play;

class Stage {
  public:
    explicit Stage(Setting setting);
    Stage(const Stage&) = delete;
    ~Stage();
    /// Another one that stands as this one does, which has had no play yet.
    std::unique_ptr<Stage> again() const;

    const Setting& setting() const { return setting_; }
    /// The scenario's file, beside which alone it may read.
    void set_file(std::string path) { file_ = std::move(path); }
    const std::string& file() const { return file_; }
    /// The names that `given` was asked for.
    const std::set<std::string>& asked() const { return asked_; }
    /// Raises the curtain: a new world, and nothing left of the one before.
    void begin();
    bool playing() const { return play_ != nullptr; }
    sim::World& world();
    trace::MailId mail(std::size_t index) const;
    const std::vector<std::string>& cited() const { return cited_; }
    /// What the author may not have meant, at his line: policies and records that are none.
    const std::vector<Mistake>& notes() const { return notes_; }
    /// What print said.
    const std::string& printed() const { return printed_; }
    /// Why the world was stopped, or empty.
    std::string overrun() const;
    /// The curtain falls a second after the last word, so that sessions end in order.
    void finish_sessions();
    /// What never happens, says the play, and has happened: the first of it.
    std::optional<Mistake> broken_promise();

    void set_rewriter(Rewriter rewriter) { rewriter_ = std::move(rewriter); }
    /// The Lua state that called the last primitive, for whoever calls back.
    void set_running(void* lua) { running_ = lua; }
    void* running() const { return running_; }

    /// Calls a primitive. The answer is a list of Lua values. It stays valid until the next call.
    const Value& call(const std::string& primitive, const Value& arguments);
    /// The names of all of them, in order.
    static std::vector<std::string> primitives();

  private:
    using Question = Value (Stage::*)(const Value&);
    static const std::map<std::string, Question>& questions();

    Value is_playing(const Value&);
    Value the_seed(const Value&);
    Value given(const Value&);
    Value added_flaws(const Value&);
    Value what_if_level(const Value&);
    Value is_name(const Value&);
    Value with_a_labels(const Value&);
    Value is_address(const Value&);
    Value is_duration(const Value&);
    Value is_date(const Value&);
    Value is_ticket_lifetime(const Value&);
    Value is_bandwidth(const Value&);
    Value is_reply(const Value&);
    Value is_subtree(const Value&);
    Value reasons(const Value&);
    Value print(const Value&);
    Value cites(const Value&);
    Value look_over(const Value&);
    // files beside the scenario (stage_policy.cpp)
    Value postfix_table(const Value&);
    Value postfix_main(const Value&);
    Value exim_config(const Value&);
    Value smtpd_config(const Value&);
    Value rule_file(const Value& arguments,
                    RuleFile (*reader)(std::string_view text, const std::string& file,
                                       const policy::Beside& beside));
    Value beside(const Value&);
    Result<std::string> read(const std::string& name);

    Setting setting_;
    std::string file_;
    /// Read from files so far: by the file alone, and by the play that is on.
    std::size_t bytes_at_load_ = 0, bytes_in_play_ = 0;
    std::set<std::string> asked_;
    std::vector<std::string> cited_;
    std::vector<Mistake> notes_;
    std::string printed_;
    Rewriter rewriter_;
    std::vector<RuleFile> rule_files_;  ///< Of this play and those before it.
    void* running_ = nullptr;
    Value answer_;
    std::unique_ptr<Play> play_;
};

}  // namespace script
