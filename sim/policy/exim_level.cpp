#include "sim/policy/exim_level.hpp"

#include <algorithm>

namespace policy::exim {
namespace {

// A host that is avoided may be one for which TLS is demanded: no TLS then, and no mail.
Demand demand_of(const Options& o) {
    if (o.hosts_avoid_tls) return o.hosts_require_tls ? Demand::encrypted : Demand::clear;
    if (!o.hosts_require_tls) return Demand::opportunistic;
    return o.tls_verify_hosts ? Demand::pkix : Demand::encrypted;
}

// Verified is whatever is on the list. Where TLS is not required, what fails is a failure of TLS
// like any other, and tls_tempfail_tryclear has the last word.
ClearText clear_text_of(const Options& o) {
    ClearText out{
        o.tls_tempfail_tryclear ? ClearFallback::reconnect : ClearFallback::never,
        core::seconds(0),
        {TlsFailure::handshake},
    };
    if (o.tls_verify_hosts) out.causes.insert(TlsFailure::certificate);
    return out;
}

Dane dane_of(const Options& o) {
    if (o.hosts_require_dane) return Dane::always;
    return o.hosts_try_dane && o.dnssec ? Dane::where_found : Dane::not_asked;
}

}  // namespace

Requirement requirement_of(const Options& o, std::string_view word) {
    Requirement out;
    out.word = word;
    out.lenient = "default";
    out.strict = "verify";
    out.demand = demand_of(o);
    out.begins = o.hosts_avoid_tls ? Begins::never : Begins::where_wanted;
    out.refused_for_now =
        o.tls_tempfail_tryclear ? RefusedForNow::clear_text : RefusedForNow::next_host;
    out.clear_text = clear_text_of(o);
    out.dane = dane_of(o);
    out.dnssec = o.dnssec ? Dnssec::believed : Dnssec::ignored;
    // host.c, smtp.c: TLSA records count where MX and address are secure.
    out.insecure_mx = InsecureMx::opportunistic;
    out.no_tlsa = {NoTlsa::Unusable::encrypted, NoTlsa::Missing::bounces};
    out.agility = Agility::all;
    out.anchor_names = AnchorNames::host_alone;
    out.tolerated = {Tolerated::purpose};
    out.match = {"hostname"};
    out.names = o.tls_verify_cert_hostnames ? NameRules::with_common_name : NameRules::unchecked;
    out.sts = Sts::ignored;
    return out;
}

std::span<const OptionWords> option_words() {
    static constexpr OptionWords words[] = {
        {"hosts_avoid_tls", &Options::hosts_avoid_tls, "hosts_avoid_tls"},
        {"hosts_require_tls", &Options::hosts_require_tls, "hosts_require_tls"},
        {"tls_verify_hosts", &Options::tls_verify_hosts, "tls_verify_hosts"},
        {"tls_verify_cert_hostnames", &Options::tls_verify_cert_hostnames, "names not verified"},
        {"tls_tempfail_tryclear", &Options::tls_tempfail_tryclear, "no tls_tempfail_tryclear"},
        {"hosts_try_dane", &Options::hosts_try_dane, "no hosts_try_dane"},
        {"hosts_require_dane", &Options::hosts_require_dane, "hosts_require_dane"},
        {"dnssec", &Options::dnssec, no_dnssec},
    };
    return words;
}

const std::vector<Level>& levels() {
    constexpr std::string_view opportunistic = "RFC 7435 section 3; RFC 3207 section 4",
                               dane = "RFC 7672 section 2.2";
    static const std::vector<Level> table{
        {"default", {}, opportunistic},
        {"avoid", {.hosts_avoid_tls = true}, "RFC 5321 section 3"},
        {"default-noad", {.dnssec = false}, opportunistic},
        {"no-clear", {.tls_tempfail_tryclear = false}, opportunistic},
        {"require", {.hosts_require_tls = true}, "RFC 3207 section 4.1"},
        {"verify", {.hosts_require_tls = true, .tls_verify_hosts = true}, "RFC 9525 section 6"},
        {"try-dane", {.hosts_try_dane = true}, dane},
        {"require-dane", {.hosts_require_dane = true}, dane},
    };
    return table;
}

std::string_view word_of(const Options& options) {
    const auto found = std::find_if(levels().begin(), levels().end(),
                                    [&](const Level& known) { return known.options == options; });
    return found == levels().end() ? "exim" : found->word;
}

const Level& level_of(std::string_view word) {
    const auto found = std::find_if(levels().begin(), levels().end(),
                                    [&](const Level& known) { return known.word == word; });
    return found == levels().end() ? levels().front() : *found;
}

}  // namespace policy::exim
