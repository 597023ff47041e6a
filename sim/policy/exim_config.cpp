#include "sim/policy/exim_config.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/exim_routers.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::exim {
namespace {

using Kind = Remark::Kind;

// Some host and domain: what cannot be told of them cannot be told of any.
const Scene somebody{"any.other.example", "mx.any.other.example", "192.0.2.1"};

// Of GnuTLS, which Debian's Exim is built with: "SECURE192:-VERS-TLS1.2".
std::vector<std::string> versions_by(std::string_view priority) {
    std::set<std::string> left{"TLSv1.2", "TLSv1.3"};
    while (!priority.empty()) {
        std::string word = core::upper(without_blanks(priority.substr(0, priority.find(':'))));
        priority.remove_prefix(std::min(priority.size(), priority.find(':')));
        if (!priority.empty()) priority.remove_prefix(1);
        if (word == "NONE") left.clear();
        const bool out = word.starts_with('-') || word.starts_with('!');
        if (!out && !word.starts_with('+')) continue;
        word.erase(0, 1);
        if (!word.starts_with("VERS-")) continue;
        word.erase(0, 5);
        const bool all_of_them = word == "ALL" || word == "TLS-ALL";
        for (const std::string version : {"TLSv1.2", "TLSv1.3"}) {
            if (!all_of_them && word != core::upper("TLS" + version.substr(4))) continue;
            if (out)
                left.erase(version);
            else
                left.insert(version);
        }
    }
    return {left.begin(), left.end()};
}

// Makes a Transport of what is set.
class TransportReader {
  public:
    /// `work`: Evaluator::steps() of all transports.
    TransportReader(const Driver& driver, std::shared_ptr<const Known> known,
                    std::vector<Remark>& remarks, std::size_t& work)
        : driver_(driver), known_(std::move(known)), remarks_(remarks), work_(work) {}
    Transport read(std::string_view openssl_options);

  private:
    void remark(Kind kind, std::string_view option, std::string sentence);
    HostList hosts(std::string_view option);
    void look_at(std::string_view option, const std::string& list);
    std::string text(std::string_view option);
    bool yes(std::string_view option);
    void take_way();
    void take_tls(std::string_view openssl_options);
    void take_sni();

    const Driver& driver_;
    std::shared_ptr<const Known> known_;
    std::vector<Remark>& remarks_;
    std::size_t& work_;
    Transport out_;
};

void TransportReader::remark(Kind kind, std::string_view option, std::string sentence) {
    const auto set = driver_.settings.find(option);
    const Place& place = set == driver_.settings.end() ? driver_.place : set->second.place;
    remarks_.push_back({kind, *place.file, place.line, std::string(option), std::move(sentence)});
}

// A list is asked about somebody, so that what nobody knows comes to light.
void TransportReader::look_at(std::string_view option, const std::string& list) {
    constexpr std::size_t most = 10'000'000;
    if (work_ > most)
        return remark(Kind::unsupported, option,
                      fmt::format("{} of the transport {} is not looked at: there is too much "
                                  "before",
                                  option, driver_.name));
    Evaluator evaluator(*known_, somebody);
    const Found found = evaluator.in_list(ListOf::hosts, list, somebody.host);
    work_ += evaluator.steps();
    if (found.answer == Answer::unknown)
        return remark(Kind::unsupported, option,
                      fmt::format("{} of the transport {} cannot be decided here: {}", option,
                                  driver_.name, found.why));
    for (const std::string& item : list_items(list)) {
        std::string_view name = item;
        while (name.starts_with('!') || name.starts_with(' ')) name.remove_prefix(1);
        const bool is_name = is_domain(name) && !is_network(name);
        if (is_name && name.find_first_not_of("0123456789.") == name.npos)
            remark(Kind::harm, option,
                   fmt::format("{}: {} is no address: Exim takes the whole list for one that does "
                               "not match",
                               option, shown(name)));
        else if (is_name)
            return remark(Kind::note, option,
                          fmt::format("{}: {} stands for a host of that name; Exim compares "
                                      "addresses, of which this name may have others",
                                      option, name));
    }
}

HostList TransportReader::hosts(std::string_view option) {
    std::string list(driver_.value(option));
    if (driver_.is_set(option)) look_at(option, list);
    return {known_, std::move(list)};
}

std::string TransportReader::text(std::string_view option) {
    const Expanded made = Evaluator(*known_, {}).expand(driver_.value(option));
    if (made.known()) return std::string(without_blanks(made.text));
    if (made.state == Expanded::State::wrong)
        remark(Kind::mistake, option, fmt::format("{}: {}", option, made.why));
    if (made.state == Expanded::State::unknown)
        remark(Kind::unsupported, option,
               fmt::format("{} of the transport {} cannot be decided here: {}", option,
                           driver_.name, made.why));
    return {};
}

bool TransportReader::yes(std::string_view option) {
    const std::string word = text(option);
    const Answer answer = truth_of(word);
    if (answer == Answer::unknown && !word.empty())
        remark(Kind::mistake, option,
               fmt::format("{}: expected true or false, got {}", option, shown(word)));
    return answer == Answer::yes;
}

void TransportReader::take_way() {
    const std::string protocol = text("protocol"), port = text("port");
    out_.port = protocol == "smtps" ? 465 : 25;
    if (!protocol.empty()) out_.protocol = protocol;
    if (protocol != "smtp" && !protocol.empty())
        remark(protocol == "smtps" || protocol == "lmtp" ? Kind::unsupported : Kind::mistake,
               "protocol",
               protocol == "smtps"  ? "protocol = smtps cannot be played: TLS from the first byte "
                                      "is not spoken"
               : protocol == "lmtp" ? "protocol = lmtp cannot be played: LMTP is not spoken"
                                    : fmt::format("protocol: expected smtp, smtps or lmtp, got {}",
                                                  shown(protocol)));
    if (const auto number = port_of(port); number && driver_.is_set("port"))
        out_.port = *number;
    else if (!number && !port.empty())
        remark(Kind::mistake, "port", fmt::format("port: expected a port, got {}", shown(port)));
    out_.hosts = hops_of(text("hosts"));
    if (yes("gethostbyname"))
        for (Hop& hop : out_.hosts) hop.by_name = !hop.by_mx;
    out_.fallback_hosts = hops_of(text("fallback_hosts"));
    out_.hosts_override = yes("hosts_override");
    out_.multi_domain = !driver_.is_set("multi_domain") || yes("multi_domain");
    const std::string_view tries = driver_.value("hosts_max_try");
    unsigned most = 0;
    const auto [at, wrong] = std::from_chars(tries.data(), tries.data() + tries.size(), most);
    if (wrong != std::errc{} || at != tries.data() + tries.size())
        remark(Kind::mistake, "hosts_max_try",
               fmt::format("hosts_max_try: expected a number, got {}", shown(tries)));
    else
        out_.hosts_max_try = most;
}

void TransportReader::take_tls(std::string_view openssl_options) {
    out_.tls_tempfail_tryclear = yes("tls_tempfail_tryclear");
    out_.ca = text("tls_verify_certificates");
    out_.ciphers = text("tls_require_ciphers");
    out_.versions = versions_by(out_.ciphers);
    const auto without = [&](std::string_view word, std::string_view version) {
        if (openssl_options.find(word) != openssl_options.npos) std::erase(out_.versions, version);
    };
    without("+no_tlsv1_2", "TLSv1.2");
    without("+no_tlsv1_3", "TLSv1.3");
    if (out_.versions.empty())
        remark(Kind::harm, "tls_require_ciphers",
               fmt::format("no version of TLS is left to the transport {}: no handshake begins",
                           driver_.name));
    else if (!out_.ciphers.empty())
        remark(Kind::note, "tls_require_ciphers",
               "tls_require_ciphers: versions of TLS are as it says, suites are always those of "
               "mailtls");
    take_sni();
}

void TransportReader::take_sni() {
    const std::string_view raw = without_blanks(driver_.value("tls_sni"));
    if (raw == "$host" || raw == "${host}")
        out_.server_name = "hostname";
    else if (raw == "$domain" || raw == "${domain}")
        out_.server_name = "nexthop";
    else
        out_.server_name = core::lower(text("tls_sni"));
    if (!out_.server_name.empty() && !is_domain(out_.server_name)) {
        remark(Kind::mistake, "tls_sni",
               fmt::format("tls_sni: expected a name, got {}", shown(out_.server_name)));
        out_.server_name.clear();
    }
}

Transport TransportReader::read(std::string_view openssl_options) {
    out_.name = driver_.name;
    out_.file = *driver_.place.file;
    out_.line = driver_.place.line;
    out_.hosts_avoid_tls = hosts("hosts_avoid_tls");
    out_.hosts_require_tls = hosts("hosts_require_tls");
    out_.tls_verify_hosts = hosts("tls_verify_hosts");
    out_.tls_try_verify_hosts = hosts("tls_try_verify_hosts");
    out_.tls_verify_cert_hostnames = hosts("tls_verify_cert_hostnames");
    out_.hosts_try_dane = hosts("hosts_try_dane");
    out_.hosts_require_dane = hosts("hosts_require_dane");
    out_.dnssec_request_domains = {known_, std::string(driver_.value("dnssec_request_domains"))};
    take_way();
    take_tls(openssl_options);
    return std::move(out_);
}

std::string main_value(const Sections& sections, std::string_view name) {
    const auto set = sections.main.find(name);
    return set == sections.main.end() ? std::string() : set->second.value;
}

// What is wrong with a router whatever the mail is.
void look_at_router(const Driver& router, const Sections& sections, std::vector<Remark>& remarks) {
    const auto remark = [&](Kind kind, std::string_view option, std::string sentence) {
        const auto set = router.settings.find(option);
        const Place& place = set == router.settings.end() ? router.place : set->second.place;
        remarks.push_back(
            {kind, *place.file, place.line, std::string(option), std::move(sentence)});
    };
    const std::string_view name = router.value("transport");
    const auto is_it = [&](const Driver& t) { return t.name == name; };
    const auto found = std::find_if(sections.transports.begin(), sections.transports.end(), is_it);
    const bool is_known = found != sections.transports.end();
    if (!name.empty() && name.find('$') == name.npos && !is_known)
        remark(Kind::mistake, "transport", fmt::format("there is no transport {}", shown(name)));
    const Answer copies = truth_of(router.value("unseen"));
    const bool may_copy = router.is_set("unseen") && copies != Answer::no;
    if (may_copy && (copies == Answer::unknown || (is_known && found->driver == "smtp")))
        remark(Kind::unsupported, "unseen",
               fmt::format("unseen of the router {} cannot be played: one mail goes one way",
                           router.name));
    if (router.driver == "manualroute" && !router.is_set("route_list") &&
        !router.is_set("route_data"))
        remark(Kind::mistake, "driver",
               fmt::format("the router {} has neither route_list nor route_data", router.name));
}

std::shared_ptr<const Known> known_by(const Sections& sections, const Beside& beside) {
    auto known = std::make_shared<Known>(beside);
    known->domains = sections.domains;
    known->hosts = sections.hosts;
    known->primary_hostname = core::lower(main_value(sections, "primary_hostname"));
    known->qualify_domain = core::lower(main_value(sections, "qualify_domain"));
    known->qualify_recipient = core::lower(main_value(sections, "qualify_recipient"));
    return known;
}

// Later nobody may be there to ask.
void ask_for_files(const Sections& sections, const Known& known) {
    for (const auto* const lists : {&sections.domains, &sections.hosts})
        for (const auto& [name, list] : *lists) known.files.ask_for_all_in(list.text);
    for (const std::vector<Driver>* const drivers : {&sections.routers, &sections.transports})
        for (const Driver& driver : *drivers)
            for (const auto& [name, setting] : driver.settings) {
                const auto facts = setting_facts(driver.scope, name);
                const auto common = setting_facts(Scope::router, name);
                const bool is_played = (facts && facts->kind == SettingFacts::Class::played) ||
                                       (drivers == &sections.routers && common &&
                                        common->kind == SettingFacts::Class::played);
                if (!is_played || name == "file") continue;
                known.files.ask_for_all_in(setting.value);
                for (const std::string& more : setting.more) known.files.ask_for_all_in(more);
            }
}

void note_absent(const Known& known, std::string_view file, std::vector<Remark>& remarks) {
    for (const std::string& path : known.files.absent())
        if (remarks.size() <= most_remarks)
            remarks.push_back(
                {Kind::note,
                 std::string(file),
                 0,
                 {},
                 fmt::format("{} is not handed in, and is taken for absent", shown(path))});
}

}  // namespace

std::optional<Way> Config::way_of(std::string_view domain, std::string& why_not) const {
    if (routers != nullptr) return routers->way_of(domain, transports, why_not);
    if (transports.empty()) {
        why_not = "there is no transport of driver smtp";
        return std::nullopt;
    }
    Way out;
    out.transport = &transports.front();
    out.hops = out.transport->hosts;
    out.dnssec_request_domains = out.transport->dnssec_request_domains;
    out.asks_dnssec = out.dnssec_request_domains.matches(domain);
    out.fallback_hosts = out.transport->fallback_hosts;
    return out;
}

std::vector<std::string> Config::named_domains() const {
    return routers != nullptr ? routers->named_domains() : std::vector<std::string>();
}

std::vector<Hop> Config::relays() const {
    std::vector<Hop> out = routers != nullptr ? routers->relays() : std::vector<Hop>();
    for (const Transport& transport : transports) {
        out.insert(out.end(), transport.hosts.begin(), transport.hosts.end());
        out.insert(out.end(), transport.fallback_hosts.begin(), transport.fallback_hosts.end());
    }
    const auto key = [](const Hop& h) { return std::tie(h.host, h.port, h.by_mx, h.by_name); };
    std::sort(out.begin(), out.end(), [&](const Hop& a, const Hop& b) { return key(a) < key(b); });
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Config read_config(std::string_view text, std::string_view file, const Beside& beside) {
    Sections sections = read_sections(text, file, beside);
    Config out;
    out.remarks = std::move(sections.remarks);
    const std::shared_ptr<const Known> known = known_by(sections, beside);
    ask_for_files(sections, *known);
    out.asks_dnssec = main_value(sections, "dns_dnssec_ok") != "0" &&
                      main_value(sections, "dns_use_edns0") != "0";
    const std::string openssl = main_value(sections, "openssl_options");
    if (const auto set = sections.main.find("openssl_options"); set != sections.main.end())
        out.remarks.push_back(
            {Kind::note, *set->second.place.file, set->second.place.line, "openssl_options",
             "openssl_options: versions of TLS are as it says; an Exim built with "
             "GnuTLS, as Debian's is, does not begin with it"});
    std::size_t work = 0;
    for (const Driver& transport : sections.transports)
        if (transport.driver == "smtp" && out.remarks.size() <= most_remarks)
            out.transports.push_back(
                TransportReader(transport, known, out.remarks, work).read(openssl));
    if (out.transports.empty())
        out.remarks.push_back({Kind::mistake,
                               std::string(file),
                               0,
                               {},
                               "no transport of driver smtp stands here: no mail goes out"});
    else if (sections.routers.empty())
        out.remarks.push_back({Kind::note,
                               std::string(file),
                               0,
                               {},
                               fmt::format("no routers stand here: all mail goes by the transport "
                                           "{}",
                                           out.transports.front().name)});
    if (!sections.routers.empty()) {
        for (const Driver& router : sections.routers)
            if (out.remarks.size() <= most_remarks) look_at_router(router, sections, out.remarks);
        auto routers = std::make_shared<Routers>(std::move(sections), known);
        std::vector<std::string> domains = routers->named_domains();
        domains.insert(domains.begin(), somebody.domain);
        for (Remark& remark : routers->undecided(domains))
            if (out.remarks.size() <= most_remarks) out.remarks.push_back(std::move(remark));
        out.routers = std::move(routers);
    }
    known->files.close();
    note_absent(*known, file, out.remarks);
    return out;
}

}  // namespace policy::exim
