// Whole virtual days of ten domains: how many pass in a second, and what one costs in memory.
#include <algorithm>
#include <memory>

#include <fmt/core.h>

#include "harness/bench/bare.hpp"
#include "harness/bench/country.hpp"
#include "harness/bench/measure.hpp"
#include "harness/bench/town.hpp"
#include "harness/judge/judge.hpp"
#include "sim/tls/certificate.hpp"

namespace bench {
namespace {

using namespace core;

// Each domain mails each other one at least once a day, and tells it so the night after.
constexpr std::size_t mails_a_day = 24 * Country::size;
constexpr std::size_t reports_a_day = Country::size * (Country::size - 1);

// From the first mail until the reports on the last day have arrived.
void live(Country& country, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) country.live_a_day();
    country.pass_a_morning();
    ENSURE(country.taken() == count * (mails_a_day + reports_a_day));
}

// What the trace of some days says.
struct Sums {
    std::size_t handshakes = 0, signatures = 0;
    std::size_t reports = 0, sessions_reported = 0, policies_fetched = 0;
};

Sums sums_of(const trace::Trace& trace) {
    Sums sums;
    trace.each([&](const trace::Event& event) {
        if (const auto* finished = event.as<trace::HandshakeFinished>())
            sums.handshakes += finished->side == "server";
        if (event.as<trace::TlsReportSent>() != nullptr) ++sums.signatures;
        if (const auto* made = event.as<trace::TlsReportMade>()) {
            ++sums.reports;
            sums.sessions_reported += made->successes;
            ENSURE(made->failures.empty());
        }
        if (const auto* fetched = event.as<trace::StsFetched>()) {
            ENSURE(fetched->reason == Reason::none);
            ++sums.policies_fetched;
        }
    });
    return sums;
}

// A mail to a domain that says how to prove it must have found it proven. A report needs no proof
// (RFC 8460 section 5.3.1, RPT-03).
void check_mails(const Country& country, std::size_t count) {
    std::size_t mails = 0, reports = 0;
    for (const judge::MailVerdict& mail :
         judge::verdicts_of(country.world.trace(), judge::Watchers::left_out)) {
        const bool report = mail.kind == judge::MailVerdict::Kind::report;
        ++(report ? reports : mails);
        const auto to =
            std::find_if(country.domains().begin(), country.domains().end(),
                         [&](const Domain& d) { return mail.to.ends_with("@" + d.name); });
        ENSURE(to != country.domains().end());
        const bool proven = !report && (to->mta_sts || to->dane);
        ENSURE(mail.attempts == 1 && mail.all.fate == judge::Fate::delivered);
        ENSURE(mail.all.crossed ==
               (proven ? judge::Crossing::authenticated : judge::Crossing::encrypted));
    }
    ENSURE(mails == count * mails_a_day && reports == count * reports_a_day);
}

Sums checked_sums(const Country& country, std::size_t count) {
    check_mails(country, count);
    const Sums sums = sums_of(country.world.trace());
    ENSURE(sums.reports == count * reports_a_day && sums.signatures == sums.reports);
    ENSURE(sums.sessions_reported == count * mails_a_day);
    // Five policies, each fetched once a day by the nine others.
    ENSURE(sums.policies_fetched >= count * 5 * (Country::size - 1));
    ENSURE(sums.handshakes == count * (mails_a_day + reports_a_day) + sums.policies_fetched);
    return sums;
}

}  // namespace

std::vector<Measure> measure_virtual_days(Effort effort) {
    const std::size_t count = effort == Effort::quick ? 1 : 5;
    const tls::Curves curves = tls::fast_curves_built_in() ? tls::Curves::fast : tls::Curves::stock;
    tls::KeyCache keys;
    std::unique_ptr<Country> country;
    const auto live_anew = [&] {
        country = std::make_unique<Country>(curves, keys);
        live(*country, count);
    };
    live_anew();
    const Sums sums = checked_sums(*country, count);
    Bare bare(curves);
    const Pair pair = by_turns(effort == Effort::quick ? 2 : 5, live_anew, [&] {
        bare.exchange(sums.handshakes);
        bare.sign(sums.signatures);
    });
    const auto lived = static_cast<double>(count);
    return {{"virtual_days", lived / pair.ours, "days/s",
             Measure::Reference{
                 fmt::format("{} handshakes with 1 KiB each way and {} RSA signatures, alone",
                             sums.handshakes, sums.signatures),
                 lived / pair.theirs},
             pair.ours / pair.theirs,
             fmt::format("days of hourly mail between ten domains with MTA-STS, DANE and TLS "
                         "reports; {} took {:.2f} s",
                         count, pair.ours)}};
}

}  // namespace bench
