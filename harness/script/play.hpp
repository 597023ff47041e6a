#pragma once
// One world, and what the words of a scenario do in it: few, dull primitives. The words themselves
// are Lua (prelude.lua).
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "harness/judge/judge.hpp"
#include "harness/judge/mailboxes.hpp"
#include "harness/script/entry.hpp"
#include "harness/script/front_ends.hpp"
#include "harness/script/rewriter.hpp"
#include "harness/script/rule_files.hpp"
#include "harness/script/setting.hpp"
#include "harness/script/value.hpp"
#include "sim/attack/attacker.hpp"
#include "sim/policy/postfix_level.hpp"
#include "sim/tls/certificate.hpp"
#include "sim/world.hpp"

namespace script {

using namespace core;

/// A primitive takes the list of its arguments and gives the list of its answers. What an author
/// can give was checked before (kinds.lua).
class Play {
  public:
    /// An empty world. All of them must live as long.
    Play(const Setting& setting, const Rewriter& rewriter, const std::vector<RuleFile>& rule_files);
    Play(const Play&) = delete;
    ~Play();

    sim::World& world() { return *world_; }
    trace::MailId mail(const Value& number) const { return one_of(mails_, number, "mail"); }
    /// Why the world was stopped, or empty.
    const std::string& overrun() const { return overrun_; }
    /// Lets the second pass in which sessions end.
    void finish_sessions();
    /// What the author wrote that never happens, and has happened: the first of it. Nothing where
    /// the time is up.
    std::optional<Mistake> broken_promise();

    using Primitive = Value (Play::*)(const Value&);
    static const std::map<std::string, Primitive>& primitives();

  private:
    struct Host {
        sim::Gateway* gateway = nullptr;
        Value options;       ///< As given, changes merged in.
        bool sends = false;  ///< Its sending side; else its receiving one.
        Value first;         ///< As built; null: it has never changed.
    };

    struct Watcher {
        attack::Attacker* rule = nullptr;
        std::string name;
    };

    // What an author holds is a number here. One of another play, or none at all, is Unfit.
    template <class T>
    static T& one_of(std::vector<T>& things, const Value& number, const char* what) {
        return const_cast<T&>(one_of(std::as_const(things), number, what));
    }
    template <class T>
    static const T& one_of(const std::vector<T>& things, const Value& number, const char* what) {
        const auto index = number.get<std::uint64_t>();
        if (index >= things.size()) throw Unfit{std::string("there is no such ") + what};
        return things[index];
    }
    Host& host(const Value& number) { return one_of(hosts_, number, "host"); }
    const Watcher& watcher_of(const Value& number) const {
        return one_of(watchers_, number, "watcher");
    }
    trace::HostId watching(const Value& number) const { return watcher_of(number).rule->host; }
    const std::string& domain_of(const Value& number) const {
        return one_of(domains_, number, "domain");
    }
    sim::Gateway& gateway_called(const std::string& name);

    // building (play_build.cpp)
    Value sender(const Value&);
    Value receiver(const Value&);
    Value change_sender(const Value&);
    Value change_receiver(const Value&);
    Value changed_settings(const Value&);
    Value domain(const Value&);
    Value change_domain(const Value&);
    Value watcher(const Value&);
    Value behind(const Value&);
    Value house(const Value&);
    Value configure_sender(sim::Gateway& gateway, const Value& options);
    Value configure_receiver(sim::Gateway& gateway, const Value& options);
    sim::Gateway& join(const std::string& name, trace::Role role);
    void record_flaws(const sim::Gateway& gateway, const Value& given);
    void take_over(Host& host, const Value& options, const Value& changes);
    std::string set_rulebook(mta::OutboundSettings& s, const std::string& host, const Value& o);
    std::string set_destination(mta::Destination& destination, const FrontEnd& front_end,
                                const Value& rule, const Value& options);
    std::string publish_receiver(sim::Gateway& gateway, const Value& options);
    std::string set_records(const std::string& domain, const Value& lines);
    std::string settle_domains();
    std::string settle_tlsa();
    std::string settle_relay(const std::string& from, const std::string& to, std::uint16_t port);
    mta::OutboundSettings plain_outbound(const std::set<std::string>& domains);
    std::string publish_tls_rpt(const std::string& domain, const Value& options);
    std::string show_collector(const https::Url& url, const Value& options);
    std::string publish_sts(const std::string& domain);
    std::string sts_body(const std::string& domain, const Value& options) const;
    Result<tls::ShownCertificate> source_of(const std::string& where, const sim::Gateway& gateway,
                                            const std::string& of,
                                            const tls::Identity& identity) const;
    const sim::Gateway* also_known_as(const std::string& name) const;
    std::string hosts_of_tlsa(const std::string& domain, const Value& entry,
                              std::vector<const sim::Gateway*>& gateways) const;
    std::string publish_tlsa(const std::string& domain, const Value& entry);
    void publish(const std::string& domain, const std::string& host, std::uint16_t preference,
                 dns::Source source);
    std::string set_certificate(mta::InboundSettings& s, const Value& o, const std::string& host);
    // certificates (play_certificate.cpp)
    Value authority(const Value&);
    tls::CertificateWish certificate_wish(const Value& options, const std::string& host);
    /// For `host`, with a key of `owner`. A Failure begins with `where`.
    Result<std::shared_ptr<const tls::Identity>> identity_of(const std::string& where,
                                                             const Value& certificate,
                                                             const std::string& host,
                                                             const std::string& owner);
    Result<std::shared_ptr<const tls::TrustStore>> trust_of(const Value& trusts);
    Result<std::string> fingerprint_of(const Value& entry);
    // acting (play_act.cpp)
    Value after(const Value&);
    Value at(const Value&);
    Value pass_until(Instant end);
    Value send(const Value&);
    Value flush(const Value&);
    Value settle(const Value&);
    std::string run_until(Instant end);
    std::string spent() const;
    std::string seeded_words(int count);
    // attacking (play_attack.cpp)
    Value act(const Value&);
    Value downgrade(const Value&);
    Value impersonate(const Value&);
    Value answer_dns(const Value&);
    Value block_dns(const Value&);
    Value speak(const Value&);
    Value steal_key(const Value&);
    Value leave(const Value&);
    Value missed_act(const Value&);
    std::unique_ptr<attack::Act> act_of(const std::string& word, const Value& options);
    std::unique_ptr<attack::Act> rewriting_of(const Value& options);
    std::string aim(attack::Act& act, const Watcher& watcher, const Value& options);
    void record_act(const Watcher& watcher, const std::string& what);
    std::string rewritten(std::size_t number, const std::string& line, const std::string& reader);
    // networks (play_link.cpp)
    Value network(const Value&);
    Value link(const Value&);
    Value change_link(const Value&);
    Value host_down(const Value&);
    Value host_up(const Value&);
    Result<trace::HostId> end_of(const Value& end);
    std::string carry(trace::HostId one, trace::HostId other, const Value& options);
    // S/MIME (play_smime.cpp)
    Value certify_user(const Value&);
    Value decisions(const Value&);
    std::string sealed(const Host& host, const smtp::Message& message);
    std::optional<std::string> opened_for(std::string_view address, std::string_view message);
    // judging (play_judge.cpp)
    Value verdict(const Value&);
    Value dialogue(const Value&);
    Value explain(const Value&);
    Value mail_reports(const Value&);
    Value reports(const Value&);
    Value taken_reports(const Value&);
    Value refused_reports(const Value&);
    Value has_read(const Value&);
    Value has_altered(const Value&);
    Value knows(const Value&);
    Value size_of(const Value&);
    Value kept(const Value&);
    Value holds(const Value&);
    Value scanned(const Value&);
    Value crossings(const Value&);
    Value promise(const Value&);
    std::string story_of(trace::MailId mail);
    judge::Inquiry& inquiry();

    /// What was so when it was asked, and has to be so until the end.
    struct Promise {
        std::string verb;      ///< "read", "altered", "knows" or "got".
        trace::HostId host{};  ///< The watcher, or the store.
        trace::MailId mail = trace::MailId::none;
        std::string text;             ///< Of "knows"; of "got" the user.
        std::string expected, other;  ///< In words, and its contrary.
        std::string file;
        int line = 0;
        EventId since = 0;
        Instant asked;
    };
    judge::Finding broken(const Promise& promise);
    judge::Mailboxes& mailboxes();

    struct Acted {
        const attack::Act* act;
        std::string attacker, word, file;
        int line;
    };

    const Setting& setting_;
    const Rewriter& rewriter_;
    const std::vector<RuleFile>& rule_files_;
    std::unique_ptr<sim::World> world_;
    std::unique_ptr<judge::FateCounter> fates_;
    std::unique_ptr<judge::Inquiry> inquiry_;  ///< Since the first question.
    std::unique_ptr<judge::Mailboxes> mailboxes_;
    std::set<trace::MailId> shared_out_;  ///< Whose crossing between gateways was counted.
    std::map<std::string, std::shared_ptr<const tls::Identity>>
        readers_;  ///< By address: who can open what is sealed for him.
    std::vector<Host> hosts_;
    std::vector<std::string> domains_;
    std::vector<std::pair<std::string, Value>>
        waiting_tlsa_;  ///< By domain, until something happens.
    std::map<std::string, std::set<std::string>> published_tlsa_;
    std::set<std::string> own_mx_;              ///< Domains whose MX records the author wrote.
    std::map<std::string, Value> sts_options_;  ///< By domain, changes merged in.
    std::map<std::string, Value> rpt_options_;  ///< By domain, changes merged in.
    std::set<std::string> waiting_sts_;         ///< Domains, until something happens.
    /// From a host to a host, at a port.
    std::set<std::tuple<std::string, std::string, std::uint16_t>> waiting_relays_;
    /// The same, but of files: a host may not be there.
    std::set<std::tuple<std::string, std::string, std::uint16_t>> relays_of_files_;
    std::map<std::string, std::set<trace::HostId>> relays_for_;  ///< By the host that relays.
    std::vector<std::pair<trace::HostId, trace::HostId>> links_;
    std::set<std::pair<trace::HostId, trace::HostId>> linked_;  ///< The same.
    net::Carriage carriage_;                                    ///< Of all paths without a link.
    std::vector<Watcher> watchers_;
    std::vector<Acted> acts_;
    std::vector<Promise> promises_;
    std::vector<trace::MailId> mails_;
    std::map<std::string, std::string> houses_;  ///< By host: its company.
    std::map<std::string, std::string> inside_;  ///< By gateway: whom it hands its mail to.
    std::size_t mails_hold_ = 0;                 ///< Bytes.
    std::string overrun_;
};

/// Has the certificate a key that Mbed TLS does not know?
bool is_unspoken_key(const Value& certificate);

/// Answers of primitives: the first value says if it went well.
Value well(Value value);
Value ill(std::string message);

}  // namespace script
