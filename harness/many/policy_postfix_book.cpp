// Postfix: a table, main.cf, master.cf.

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <fmt/core.h>

#include "harness/many/policy_books.hpp"
#include "harness/many/policy_postfix.hpp"
#include "sim/core/text.hpp"
#include "sim/policy/postfix_master.hpp"
#include "sim/policy/postfix_ways.hpp"

namespace many {
namespace {

using namespace policy::postfix;
using Kind = Remark::Kind;

// What one service of master.cf does with main.cf.
struct Service {
    Main main;
    std::vector<Entry> entries;
    std::unique_ptr<Index> index;
};

class PostfixBook {
  public:
    explicit PostfixBook(const RuleFiles& files) : files_(files) {}
    RuleBook read(const std::vector<std::string>& listed);

  private:
    void note(std::string file, int line, std::string sentence) {
        if (++notes_ <= 20)
            out_.remarks.push_back({Kind::note, std::move(file), line, {}, std::move(sentence)});
    }
    template <typename Remarks>
    void take(const Remarks& remarks, bool first) {
        for (const Remark& one : remarks) {
            const bool told =
                std::find(out_.remarks.begin(), out_.remarks.end(), one) != out_.remarks.end();
            if (first || !told) out_.remarks.push_back(one);
        }
    }
    const Service& service(const std::string& name);
    Service made(const std::vector<Override>& overrides);
    void read_rules(Service& made);
    void tell_how();
    void add(const std::string& destination);
    void add_relay(const Way& way);
    bool leaves(const std::string& destination, const Way& way);
    Partner at(const std::string& destination, const Way& way);
    Answers answers() const;

    const RuleFiles& files_;
    RuleBook out_;
    Master master_;
    std::map<std::string, Service> services_;
    std::unique_ptr<Routing> routing_;
    std::map<std::string, Way> relays_;  // by next hop: a rule for one counts, whoever sends there
    std::set<std::string> known_;
    std::size_t notes_ = 0;
};

Answers PostfixBook::answers() const {
    Answers out;
    if (!files_.answers) return out;
    out.text = &files_.answers->text;
    out.file = files_.answers->name;
    return out;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void PostfixBook::read_rules(Service& made) {
    const Main& main = made.main;
    const bool first = services_.empty();
    if (!files_.table) {
        Table table = read_maps(main.maps, main.defaults, files_.beside, answers());
        take(table.remarks, first);
        made.entries = std::move(table.entries);
        return;
    }
    const std::string base = base_name(files_.table->name);
    const std::size_t at = main.maps.list.find(base);
    const bool texthash = main.maps.list.rfind("texthash:", at) != std::string::npos;
    Table table =
        read_table(files_.table->text, files_.table->name, main.defaults,
                   at != std::string::npos && texthash ? TableKind::texthash : TableKind::compiled);
    take(table.remarks, first);
    made.entries = std::move(table.entries);
    if (first && !main.maps.list.empty() && at == std::string::npos)
        note(main.maps.file, main.maps.line,
             "smtp_tls_policy_maps is not read, since --postfix names a table");
}

Service PostfixBook::made(const std::vector<Override>& overrides) {
    Service out;
    if (files_.main) {
        out.main = read_main(files_.main->text, files_.main->name, overrides);
        take(out.main.remarks, services_.empty());
    } else {
        out.main.usual = usual_entry(policy::Level::may, out.main.defaults);
        out.main.trusts_public_roots = true;
    }
    read_rules(out);
    return out;
}

const Service& PostfixBook::service(const std::string& name) {
    const auto known = services_.find(name);
    if (known != services_.end()) return known->second;
    const auto described = master_.smtp.find(name);
    if (described == master_.smtp.end() && !services_.empty()) {
        note(files_.master ? files_.master->name : files_.main->name, 0,
             fmt::format("the service {} is played as smtp: {}", name,
                         files_.master ? "master.cf has none of that name that runs smtp"
                                       : "--master FILE says what it has of its own"));
    }
    Service fresh = made(described == master_.smtp.end() ? std::vector<Override>()
                                                         : described->second.overrides);
    Service& kept = services_.emplace(name, std::move(fresh)).first->second;
    kept.index = std::make_unique<Index>(kept.entries);
    return kept;
}

Partner PostfixBook::at(const std::string& destination, const Way& way) {
    const Service& service = this->service(way.service);
    const Entry* const entry = service.index->find(way.next_hop);
    SenderFacts sender;
    const Main& main = service.main;
    if (!main.trusts_public_roots && main.ca_files.empty()) sender.trust = Trust::nobody;
    sender.soft_bounce = main.soft_bounce;
    sender.asks_mx = main.asks_mx;
    sender.discards = main.discards;
    Partner out;
    out.destination = destination;
    out.rule = std::make_shared<PostfixRule>(entry == nullptr ? main.usual : *entry, sender);
    out.by = entry == nullptr ? Partner::By::level_for_all : Partner::By::table;
    out.next_hop = way.next_hop;
    out.way = way.setting;
    return out;
}

bool PostfixBook::leaves(const std::string& destination, const Way& way) {
    if (!is_here(way.next_hop)) return true;
    note(files_.main ? files_.main->name : std::string(), 0,
         fmt::format("{} is left out: mail goes to {}, which is the machine itself", destination,
                     way.next_hop));
    return false;
}

void PostfixBook::add_relay(const Way& way) {
    if (!is_here(way.next_hop) && known_.insert(way.next_hop).second)
        out_.partners.push_back(at(way.next_hop, way));
}

// A rule counts where mail goes, whatever domain it is for.
void PostfixBook::add(const std::string& destination) {
    if (out_.partners.size() >= most_partners) return;
    const auto relay = relays_.find(destination);
    if (relay != relays_.end()) return add_relay(relay->second);
    if (!known_.insert(destination).second) return;
    const bool below = destination.starts_with('.');
    const std::string domain = below ? "sub" + destination : destination;
    std::string not_smtp;
    const std::optional<Way> way = routing_->way_of(domain, not_smtp);
    if (!way)
        return note(
            files_.main->name, 0,
            fmt::format("{} is left out: mail goes by {}, and not by smtp", destination, not_smtp));
    if (!leaves(destination, *way)) return;
    Partner partner = at(destination, *way);
    const Index& index = *service("smtp").index;
    const Entry* const own = way->next_hop == domain ? nullptr : index.find(domain);
    if (own != nullptr && own->destination == destination)
        note(own->file, own->line,
             fmt::format("{} never counts: mail goes to {} ({})", destination, way->next_hop,
                         way->setting));
    out_.partners.push_back(std::move(partner));
}

// How it is played, where the files do not say.
void PostfixBook::tell_how() {
    const Service& smtp = service("smtp");
    const auto any = [&](auto&& is_meant) {
        return std::any_of(smtp.entries.begin(), smtp.entries.end(), is_meant) ||
               is_meant(smtp.main.usual);
    };
    const auto say = [&](std::string sentence) { note({}, 0, std::move(sentence)); };
    if (any([](const Entry& e) { return !e.rule.fingerprints.empty() && e.rule.held.empty(); }))
        say("the fingerprints listed are taken for that of the good receiver's certificate");
    if (any([](const Entry& e) { return !e.anchor_files.empty(); }))
        say("the anchors in files (tafile, smtp_tls_trust_anchor_file) are taken for those of the "
            "good receiver's CA");
    for (const std::string& file : smtp.main.ca_files)
        if (!authority_in(file).empty() && !smtp.main.trusts_public_roots)
            say(fmt::format("smtp_tls_CAfile = {} is taken for the public CAs", file));
    if (!files_.main && any([](const Entry& e) { return policy::uses_dane(e.asked); }))
        say("no --main: dane is played as with smtp_dns_support_level = dnssec");
}

RuleBook PostfixBook::read(const std::vector<std::string>& listed) {
    if (files_.master) {
        master_ = read_master(files_.master->text, files_.master->name);
        take(master_.remarks, true);
    }
    const Service& smtp = service("smtp");
    routing_ = std::make_unique<Routing>(smtp.main.ways, files_.beside, answers(), out_.remarks);
    const std::vector<Way> relays = routing_->relays();
    for (const Way& relay : relays) relays_.emplace(relay.next_hop, relay);
    tell_how();
    for (const Entry& entry : smtp.entries)
        if (entry.destination != "*") add(entry.destination);
    for (const Way& relay : relays) add_relay(relay);
    for (const std::string& name : listed) add(name);
    if (listed.empty() && files_.main) add(std::string(anybody));
    if (!files_.main && !listed.empty())
        note({}, 0, "no --main: level may for whoever has no rule");
    if (out_.partners.size() >= most_partners) out_.remarks.push_back(too_many_partners());
    for (std::size_t i = 0; i < out_.partners.size(); ++i) out_.partners[i].number = i;
    return std::move(out_);
}

}  // namespace

RuleBook postfix_book(const RuleFiles& files, const std::vector<std::string>& listed) {
    return PostfixBook(files).read(listed);
}

}  // namespace many
