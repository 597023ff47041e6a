#pragma once
// What the words of a scenario do: few, dull primitives over a World. The words themselves are Lua
// (prelude.lua).
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/run/judge.hpp"
#include "harness/script/budget.hpp"
#include "harness/script/convert.hpp"
#include "sim/attack/attacker.hpp"
#include "sim/policy/postfix_level.hpp"
#include "sim/world.hpp"

namespace script {

using namespace core;

/// What a run does otherwise than the author wrote.
struct Twist {
    std::vector<std::string> flaws;  ///< Every gateway has them, as far as they are for its kind.
    /// Every sender has this level. The author's expectations end nothing then.
    std::string level;
};

class Stage {
  public:
    explicit Stage(std::uint64_t seed, const Budget& budget, tls::KeyCache* keys = nullptr)
        : seed_(seed), budget_(budget), keys_(keys) {}
    Stage(const Stage&) = delete;
    ~Stage();

    /// The folder of the scenario's file, which alone it may read in.
    void set_folder(std::string folder) { folder_ = std::move(folder); }
    /// What `given` answers (`-D NAME=VALUE`).
    void set_given(std::map<std::string, std::string> given) { given_ = std::move(given); }
    /// The names that it was asked for.
    const std::set<std::string>& asked() const { return asked_; }
    void set_twist(Twist twist) { twist_ = std::move(twist); }
    /// The network's fault in each world that comes.
    void set_striker(net::Striker striker) { striker_ = std::move(striker); }
    /// Raises the curtain: a new world.
    void begin();
    bool playing() const { return world_ != nullptr; }
    sim::World& world() { return *world_; }
    std::uint64_t seed() const { return seed_; }
    trace::MailId mail(std::size_t index) const { return mails_[index]; }
    const std::vector<std::string>& cited() const { return cited_; }
    /// What print said.
    const std::string& printed() const { return printed_; }
    /// Why the world was stopped, or empty.
    const std::string& overrun() const { return overrun_; }

    /// Calls the author's function of that number with a line and the name of who reads it. `text`
    /// is the line that goes on, or says what went wrong, and where.
    struct Rewritten {
        bool well;
        std::string text;
    };
    using Rewriter = std::function<Rewritten(std::size_t number, const std::string& line,
                                             const std::string& reader)>;
    void set_rewriter(Rewriter rewriter) { rewriter_ = std::move(rewriter); }
    /// The Lua state that called the last primitive, for whoever calls back.
    void set_running(void* lua) { running_ = lua; }
    void* running() const { return running_; }

    /// Calls a primitive. The answer is a list of Lua values. It stays valid until the next call.
    const Json& call(const std::string& primitive, const Json& arguments);
    static std::vector<std::string> primitives();

  private:
    using Primitive = Json (Stage::*)(const Json&);
    static const std::map<std::string, Primitive>& table();

    // questions
    Json is_playing(const Json&);
    Json the_seed(const Json&);
    Json given(const Json&);
    Json added_flaws(const Json&);
    Json what_if_level(const Json&);
    Json is_name(const Json&);
    Json is_address(const Json&);
    Json is_duration(const Json&);
    Json is_date(const Json&);
    Json is_bandwidth(const Json&);
    Json is_reply(const Json&);
    Json is_record(const Json&);
    Json reasons(const Json&);
    Json print(const Json&);
    // files beside the scenario (stage_policy.cpp)
    Json postfix_table(const Json&);
    Json postfix_main(const Json&);
    Json beside(const Json&);
    Result<std::string> read(const std::string& name);
    // building (stage_build.cpp)
    Json sender(const Json&);
    Json receiver(const Json&);
    Json change_sender(const Json&);
    Json change_receiver(const Json&);
    Json domain(const Json&);
    Json change_domain(const Json&);
    Json watcher(const Json&);
    Json configure_sender(sim::Gateway& gateway, const Json& options);
    Json configure_receiver(sim::Gateway& gateway, const Json& options);
    void record_flaws(const sim::Gateway& gateway, const Json& given);
    std::string set_destination(mta::Destination& destination, policy::Level for_all,
                                const Json& rule, const Json& options);
    Result<std::string> fingerprint_of(const Json& entry);
    std::string publish_receiver(sim::Gateway& gateway, const Json& options);
    void set_records(const Json& lines);
    std::string settle_domains();
    std::string settle_tlsa();
    std::string settle_relay(const std::string& from, const std::string& to);
    mta::OutboundSettings plain_outbound(const std::set<std::string>& domains);
    std::string publish_tls_rpt(const std::string& domain, const Json& options);
    std::string show_collector(const https::Url& url, const Json& options);
    std::string publish_sts(const std::string& domain);
    std::string sts_body(const std::string& domain, const Json& options) const;
    std::string publish_tlsa(const std::string& domain, const Json& entry);
    void publish(const std::string& domain, const std::string& host, std::uint16_t preference);
    tls::CertificateWish certificate_wish(const Json& options, const std::string& host);
    // acting (stage_act.cpp)
    Json after(const Json&);
    Json at(const Json&);
    Json pass_until(Instant end);
    Json cites(const Json&);
    Json send(const Json&);
    Json flush(const Json&);
    Json settle(const Json&);
    std::string run_until(Instant end);
    std::string seeded_words(int count);
    // attacking (stage_attack.cpp)
    struct Watcher {
        attack::Attacker* rule = nullptr;
        std::string name;
    };
    Json act(const Json&);
    Json downgrade(const Json&);
    Json impersonate(const Json&);
    Json answer_dns(const Json&);
    Json block_dns(const Json&);
    Json speak(const Json&);
    Json leave(const Json&);
    Json missed_act(const Json&);
    std::string aim(attack::Act& act, const Watcher& watcher, const Json& options);
    void record_act(const Watcher& watcher, const std::string& what);
    std::string rewritten(std::size_t number, const std::string& line, const std::string& reader);
    // networks (stage_link.cpp)
    Json network(const Json&);
    Json link(const Json&);
    Json change_link(const Json&);
    Json host_down(const Json&);
    Json host_up(const Json&);
    Result<trace::HostId> end_of(const Json& end);
    std::string carry(trace::HostId one, trace::HostId other, const Json& options);
    // judging (stage_judge.cpp)
    Json verdict(const Json&);
    Json dialogue(const Json&);
    Json explain(const Json&);
    Json bounces(const Json&);
    Json reports(const Json&);
    Json taken_reports(const Json&);
    Json refused_reports(const Json&);
    Json has_read(const Json&);
    Json has_altered(const Json&);
    Json knows(const Json&);
    Json size_of(const Json&);
    Json kept(const Json&);
    const run::MailVerdict* verdict_of(trace::MailId mail);

    struct Host {
        sim::Gateway* gateway = nullptr;
        Json options;  ///< As given, changes merged in.
    };
    struct Acted {
        const attack::Act* act;
        std::string attacker, word, file;
        int line;
    };

    std::uint64_t seed_;
    std::string folder_;
    std::size_t bytes_beside_ = 0;   ///< Read from files so far, by the file and this world.
    std::size_t bytes_at_load_ = 0;  ///< By the file alone.
    Twist twist_;
    std::map<std::string, std::string> given_;
    std::set<std::string> asked_;
    Budget budget_;
    tls::KeyCache* keys_;
    net::Striker striker_;
    std::unique_ptr<sim::World> world_;
    std::unique_ptr<run::FateCounter> fates_;
    std::vector<run::MailVerdict> verdicts_;  ///< Of the first `judged_events_` events.
    std::size_t judged_events_ = 0;
    std::vector<Host> hosts_;
    std::vector<std::string> domains_;
    std::vector<std::pair<std::string, Json>>
        waiting_tlsa_;  ///< By domain, until something happens.
    std::map<std::string, std::set<std::string>> published_tlsa_;
    std::set<std::string> own_mx_;             ///< Domains whose MX records the author wrote.
    std::map<std::string, Json> sts_options_;  ///< By domain, changes merged in.
    std::map<std::string, Json> rpt_options_;  ///< By domain, changes merged in.
    std::set<std::string> waiting_sts_;        ///< Domains, until something happens.
    std::set<std::pair<std::string, std::string>> waiting_relays_;  ///< From a host to a host.
    std::map<std::string, std::set<trace::HostId>> relays_for_;     ///< By the host that relays.
    std::vector<std::pair<trace::HostId, trace::HostId>> links_;
    net::Carriage carriage_;  ///< Of all paths without a link.
    std::vector<Watcher> watchers_;
    std::vector<Acted> acts_;
    Rewriter rewriter_;
    void* running_ = nullptr;
    std::vector<trace::MailId> mails_;
    std::vector<std::string> cited_;
    std::string printed_;
    std::string overrun_;
    Json answer_;
};

/// Answers of primitives: the first value says if it went well.
Json well(Json value);
Json ill(std::string message);

}  // namespace script
