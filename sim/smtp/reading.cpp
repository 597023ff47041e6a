#include "sim/smtp/reading.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/core/ensure.hpp"

namespace smtp {

Verdict verdict(Reading reading, Step step, const Reply& reply) {
    const auto row = std::find_if(reading.begin(), reading.end(), [&](const ReadingRow& r) {
        return r.step == step && r.least <= reply.code && reply.code <= r.most;
    });
    ENSURE(row != reading.end());
    return row->verdict;
}

namespace {

void read_as_452(Reply& reply) {
    reply.code = 452;
    for (std::string& line : reply.lines)
        if (line.starts_with("5.")) line.front() = '4';
}

}  // namespace

// 4yz and 5yz keep their enhanced code (SMTP-18), in the class that the verdict says; what is out
// of turn is X.5.0 (RFC 3463).
Failure failure_of(Verdict verdict, Reply reply, std::string_view words) {
    if (verdict == Verdict::too_many_recipients) read_as_452(reply);
    const bool refuses = reply.digit() == 4 || reply.digit() == 5;
    std::string code = refuses ? reply.enhanced() : "4.5.0";
    if (code.empty()) code = fmt::format("{}.0.0", reply.digit());
    const bool for_good = verdict == Verdict::for_good;
    code.front() = for_good ? '5' : '4';
    Failure failure(for_good ? Reason::smtp_refused : Reason::smtp_deferred,
                    fmt::format("host said: {} (in reply to {})", reply.one_line(), words),
                    std::move(code));
    failure.said = reply.one_line();
    return failure;
}

}  // namespace smtp
