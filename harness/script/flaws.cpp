#include "harness/script/flaws.hpp"

#include <algorithm>

#include "sim/core/ensure.hpp"

namespace script {
namespace {

// A word, and what it does to the settings of a host, or to what it writes.
template <class Settings>
struct Flaw {
    std::string_view word;
    void (*add)(Settings& settings);
};

template <mta::SenderFlaw flaw>
void has(mta::OutboundSettings& s) {
    s.flaws.insert(flaw);
}
template <mta::ReportFlaw flaw>
void reports(mta::OutboundSettings& s) {
    s.report_flaws.insert(flaw);
}
template <WritingFlaw flaw>
void writes(std::set<WritingFlaw>& flaws) {
    flaws.insert(flaw);
}
template <smtp::Kindness kindness>
void is_kind(mta::InboundSettings& s) {
    s.smtp.kindness.insert(kindness);
}

using mta::SenderFlaw, mta::ReportFlaw, smtp::Kindness;

constexpr Flaw<mta::OutboundSettings> of_senders[] = {
    {"keeps the EHLO from before TLS", has<SenderFlaw::keeps_old_extensions>},
    {"ignores certificate names", has<SenderFlaw::ignores_certificate_names>},
    {"falls back to clear text under enforce", has<SenderFlaw::clear_text_under_enforce>},
    {"matches the policy against the certificate",
     has<SenderFlaw::matches_policy_against_certificate>},
    {"lets MTA-STS override DANE", has<SenderFlaw::lets_mta_sts_override_dane>},
    {"fetches policies after the first mail", has<SenderFlaw::fetches_policies_late>},
    {"lets a star stand for several labels", has<SenderFlaw::star_stands_for_several_labels>},
    {"takes unproven DNS for forged", has<SenderFlaw::takes_unproven_dns_for_forged>},
    {"keeps replies sent before TLS", has<SenderFlaw::keeps_replies_from_before_tls>},
    {"sends TLS reports unsigned", reports<ReportFlaw::is_not_signed>},
    {"signs TLS reports with another key", reports<ReportFlaw::is_signed_with_another_key>},
    {"reports on another domain", reports<ReportFlaw::names_another_domain>},
    {"leaves policy-domain out of TLS reports", reports<ReportFlaw::leaves_policy_domain_out>},
    {"sends zip bombs as TLS reports", reports<ReportFlaw::is_a_zip_bomb>},
};

constexpr Flaw<std::set<WritingFlaw>> of_writers[] = {
    {"sends bare line ends", writes<WritingFlaw::bare_line_ends>},
    {"ends header lines with bare LF", writes<WritingFlaw::bare_lf_headers>},
};

constexpr Flaw<mta::InboundSettings> of_receivers[] = {
    {"keeps commands sent before TLS",
     [](mta::InboundSettings& s) { s.smtp.before_tls = smtp::BeforeTls::keeps_commands; }},
    {"keeps the EHLO from before TLS",
     [](mta::InboundSettings& s) { s.smtp.memory = smtp::Memory::keeps_greeting; }},
    {"accepts bare LF as end of data",
     [](mta::InboundSettings& s) { s.smtp.line_ends = smtp::LineEnds::bare_lf_too; }},
    {"accepts bare CR as end of data", is_kind<Kindness::ends_lines_at_cr>},
    {"drops NUL bytes", is_kind<Kindness::drops_nul>},
    {"drops CRs before a line end", is_kind<Kindness::drops_cr_before_line_end>},
    {"loses pipelined commands",
     [](mta::InboundSettings& s) { s.smtp.pipelining = smtp::Pipelining::lost; }},
    {"hides STARTTLS from strangers",
     [](mta::InboundSettings& s) { s.strangers = mta::InboundSettings::Strangers::kept_from_tls; }},
};

// Was it there?
template <class Settings, std::size_t size>
bool add(const Flaw<Settings> (&table)[size], const std::string& word, Settings& settings) {
    const auto found = std::find_if(std::begin(table), std::end(table),
                                    [&](const Flaw<Settings>& flaw) { return flaw.word == word; });
    if (found == std::end(table)) return false;
    found->add(settings);
    return true;
}

}  // namespace

void add_flaws(mta::OutboundSettings& settings, const Value& flaws) {
    std::set<WritingFlaw> written;  // those are Play::send's to ask for; here they are only known
    for (const std::string& word : flaws.texts())
        ENSURE(add(of_senders, word, settings) || add(of_writers, word, written));
}

void add_flaws(mta::InboundSettings& settings, const Value& flaws) {
    for (const std::string& word : flaws.texts()) ENSURE(add(of_receivers, word, settings));
}

std::set<WritingFlaw> writing_flaws(const Value& flaws) {
    std::set<WritingFlaw> out;
    for (const std::string& word : flaws.texts()) add(of_writers, word, out);
    return out;
}

}  // namespace script
