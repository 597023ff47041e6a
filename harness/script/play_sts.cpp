#include <fmt/core.h>

#include "harness/script/options.hpp"
#include "harness/script/play.hpp"
#include "sim/core/digest.hpp"
#include "sim/dns/zone_file.hpp"

namespace script {
namespace {

using Answer = mta::PolicyHostSettings::Answer;

// An id of its own for each text, as an administrator changes it with the policy (RFC 8461 section
// 3.1).
std::string id_of(std::string_view body) { return fmt::format("{:016x}", core::fnv1a(body)); }

void set_answer(mta::PolicyHostSettings& s, const std::string& https) {
    if (https == "stalls") s.answer = Answer::stalls;
    if (https == "html") s.answer = Answer::html;
    if (https == "garbage") s.answer = Answer::garbage;
    if (https == "too long") s.answer = Answer::too_long;
    if (https == "too long, in chunks") s.answer = Answer::too_long_in_chunks;
    if (https == "in chunks") s.answer = Answer::in_chunks;
    if (https == "breaks off") s.answer = Answer::breaks_off;
    if (https == "refused") s.listens = false;
    if (https == "redirect") s.status = 301;
    if (https.find_first_not_of("0123456789") == std::string::npos) s.status = std::stoi(https);
    if (s.status != 200) s.answer = Answer::status;
}

}  // namespace

std::string Play::sts_body(const std::string& domain, const Value& o) const {
    if (o.contains("body")) return o["body"].text();
    policy::mta_sts::Policy policy;
    policy.mode = policy::mta_sts::mode_of(text(o, "mode", "enforce"))
                      .value_or(policy::mta_sts::Mode::enforce);
    policy.max_age = parse_duration(text(o, "max_age", "1 week")).value_or(days(7));
    if (o.contains("mx")) {
        for (const Value& mx : o["mx"]) policy.mx.push_back(mx.text());
    } else {
        for (const dns::Record& mx : world_->zones().find(domain, dns::Type::MX))
            if (!mx.data.empty()) policy.mx.push_back(mx.data);
    }
    std::string body;
    for (const std::string& line : policy::mta_sts::lines(policy)) body += line + "\r\n";
    return body;
}

// The TXT record and the policy host of a domain, as its options stand now. Empty: all went well.
std::string Play::publish_sts(const std::string& domain) {
    const Value& o = sts_options_[domain];
    const std::string body = sts_body(domain, o);
    const std::string txt_name = "_mta-sts." + domain;
    dns::Zones& zones = world_->zones();
    zones.remove(txt_name, dns::Type::TXT, dns::Source::words);
    Value texts = Value::list({fmt::format("v=STSv1; id={};", text(o, "id", id_of(body)))});
    if (o.contains("txt")) texts = o["txt"];
    for (const Value& text : texts) {
        dns::Record record;
        record.name = txt_name;
        record.type = dns::Type::TXT;
        record.data = text.text();
        zones.add(std::move(record), dns::Source::words);
    }
    const std::string host = "mta-sts." + domain;
    mta::PolicyHostSettings s;
    s.body = body;
    s.media_type = text(o, "media_type", s.media_type);
    set_answer(s, text(o, "https", "ok"));
    Value certificate = Value::table({{"authority", tls::lab_root}});
    if (o.contains("certificate")) certificate = o["certificate"];
    auto identity = identity_of(fmt::format("domain '{}'.mta_sts.certificate", domain), certificate,
                                host, host);
    if (!identity.ok()) return identity.failure().detail;
    s.tls.identity = std::move(identity.value());
    world_->show_policy(domain, std::move(s));
    return {};
}

}  // namespace script
