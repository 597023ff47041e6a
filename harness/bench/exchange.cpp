// Whole exchanges of mail: over TLS beside TLS alone, and in clear text.
#include "harness/bench/bare.hpp"
#include "harness/bench/measure.hpp"
#include "harness/bench/town.hpp"

namespace bench {
namespace {

using namespace core;

// Mails one after the other, each with its own connection. The whole trace is kept.
void exchange_mails(Town& town, int count) {
    const std::size_t before = town.delivered();
    for (int i = 0; i < count; ++i) {
        town.send_mail();
        town.deliver();
    }
    ENSURE(town.delivered() == before + static_cast<std::size_t>(count));
}

Pair exchange_and_floor(tls::Curves curves, int rounds, int count) {
    Town town(Tls::offered, curves);
    Bare bare(curves);
    return by_turns(
        rounds, [&] { exchange_mails(town, count); },
        [&] { bare.exchange(static_cast<std::size_t>(count)); });
}

Measure against(std::string name, double time, std::string what, double floor_time,
                std::string sentence) {
    return {std::move(name),
            1 / time,
            "1/s",
            Measure::Reference{std::move(what), 1 / floor_time},
            time / floor_time,
            std::move(sentence)};
}

}  // namespace

std::vector<Measure> measure_exchange(Effort effort) {
    const int rounds = effort == Effort::quick ? 3 : 9;
    const int count = effort == Effort::quick ? 20 : 60;
    const char* const floor =
        "the same handshake and 1 KiB each way between two Mbed TLS contexts joined by memory";
    std::vector<Measure> out;
    const Pair stock = exchange_and_floor(tls::Curves::stock, rounds, count / 4);
    const double stock_floor = stock.theirs / (count / 4);
    if (tls::fast_curves_built_in()) {
        const Pair fast = exchange_and_floor(tls::Curves::fast, rounds, count);
        out.push_back(against("exchange", fast.ours / count, floor, fast.theirs / count,
                              "whole TLS 1.3 mail exchanges: DNS, SMTP, handshake, policy, trace"));
        out.push_back(against("exchange_over_stock_floor", fast.ours / count,
                              std::string(floor) + ", with Mbed TLS's own curves", stock_floor,
                              "the same exchanges beside what TLS alone costs without libcrypto"));
    }
    out.push_back(against("exchange_stock", stock.ours / (count / 4), floor, stock_floor,
                          "whole TLS 1.3 mail exchanges with Mbed TLS's own curves"));
    return out;
}

std::vector<Measure> measure_clear(Effort effort) {
    const int rounds = effort == Effort::quick ? 2 : 6;
    const int count = effort == Effort::quick ? 500 : 4000;
    // Ten small packets each way carry a mail: greeting, EHLO, MAIL, RCPT, DATA, content, QUIT,
    // and the two questions to DNS.
    constexpr int trips = 9;
    const Pair pair = by_turns(
        rounds,
        [&] {
            Town town(Tls::absent, tls::Curves::fast);
            exchange_mails(town, count);
        },
        [&] { kernel_roundtrips(count * trips, 64, 64); });
    return {against(
        "clear", pair.ours / count, "nine round trips of 64 bytes through a kernel's socket pair",
        pair.theirs / count, "clear-text mails through sender and receiver, whole trace kept")};
}

}  // namespace bench
