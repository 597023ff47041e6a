#include "sim/dns/dissect.hpp"

#include <fmt/core.h>

#include "sim/dns/dissect_parts.hpp"

namespace dns {

using core::Field;
using core::FieldReader;

namespace {

constexpr unsigned opt_record = 41;

unsigned octet(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}
unsigned number16(std::string_view bytes, std::size_t at) {
    return octet(bytes, at) << 8 | octet(bytes, at + 1);
}

std::string_view class_name(std::uint64_t value) { return value == 1 ? "IN" : std::string_view(); }
// RFC 1035 section 4.1.1, RFC 6895 section 2.3.
std::string_view status_name(unsigned code) {
    constexpr std::string_view names[] = {"NOERROR",  "FORMERR", "SERVFAIL",
                                          "NXDOMAIN", "NOTIMP",  "REFUSED"};
    return code < std::size(names) ? names[code] : std::string_view("no known code");
}

// RFC 1035 section 4.1.1, RFC 4035 sections 3.1.6, 3.2.2 and 3.2.3.
struct Flag {
    std::string_view id;
    std::size_t byte;
    unsigned shift, width;
    std::string_view yes, no;
};
constexpr Flag flags[] = {
    {"dns.flags.response", 0, 7, 1, "an answer", "a question"},
    {"dns.flags.opcode", 0, 3, 4, "another opcode", "a standard query"},
    {"dns.flags.authoritative", 0, 2, 1, "by who has the zone", "not by who has the zone"},
    {"dns.flags.truncated", 0, 1, 1, "cut short", "whole"},
    {"dns.flags.recursion_desired", 0, 0, 1, "please ask others", "ask nobody else"},
    {"dns.flags.recursion_available", 1, 7, 1, "asks others", "asks nobody else"},
    {"dns.flags.z", 1, 6, 1, "should be 0", "reserved"},
    {"dns.flags.authentic_data", 1, 5, 1, "DNSSEC", "no word of DNSSEC"},
    {"dns.flags.checking_disabled", 1, 4, 1, "bogus data, too", "no bogus data"},
    {"dns.flags.rcode", 1, 0, 4, {}, {}},
};

// Flags of one byte lie over each other.
void read_flags(FieldReader& in) {
    if (in.left() < 2) {
        in.bytes("dns.flags", 2);
        return;
    }
    const std::string_view bytes = in.rest().substr(0, 2);
    const std::size_t base = in.offset();
    std::vector<Field> parts;
    for (const Flag& flag : flags) {
        const unsigned value = octet(bytes, flag.byte) >> flag.shift & ((1u << flag.width) - 1);
        const std::string_view meaning = flag.yes.empty() ? status_name(value)
                                         : value != 0     ? flag.yes
                                                          : flag.no;
        parts.push_back({flag.id, base + flag.byte, 1, fmt::format("{} ({})", value, meaning), {}});
    }
    in.bytes("dns.flags", 2);
    in.say("0x" + core::hex_text(bytes));
    in.last().parts = std::move(parts);
}

class Dissection {
  public:
    explicit Dissection(std::string_view all) : all_(all) {}

    std::vector<Field> take() {
        FieldReader in(all_, 0, out_, ids);
        FieldReader whole = in.inside("dns.message", all_.size());
        whole.number("dns.id", 2, [](std::uint64_t) { return std::string_view(); });
        const unsigned flags_seen = all_.size() >= 4 ? number16(all_, 2) : 0;
        read_flags(whole);
        const std::uint64_t questions = whole.number("dns.count.questions", 2);
        const std::uint64_t answers = whole.number("dns.count.answers", 2);
        const std::uint64_t authorities = whole.number("dns.count.authorities", 2);
        const std::uint64_t additionals = whole.number("dns.count.additionals", 2);
        for (std::uint64_t i = 0; i < questions && more(whole, "question"); ++i) question(whole);
        records(whole, answers, "dns.answer");
        records(whole, authorities, "dns.authority");
        records(whole, additionals, "dns.additional");
        whole.finish();
        if (asked_.empty()) asked_ = "no whole question";
        const bool response = (flags_seen & 0x8000) != 0;
        in.say(response
                   ? fmt::format("an answer: {}: {}, {} record{}", asked_,
                                 status_name(flags_seen & 15), answers, answers == 1 ? "" : "s")
                   : "a question: " + asked_);
        return std::move(out_);
    }

  private:
    // The counts may promise more than there is.
    static bool more(FieldReader& in, std::string_view what) {
        if (in.ok() && in.empty()) in.give_up(fmt::format("another {} should follow", what));
        return in.ok();
    }
    // RFC 1035 section 4.1.2. What fails within is not known to end anywhere.
    void question(FieldReader& in) {
        const Size size = size_of_head(in, 4);
        FieldReader one = in.inside("dns.question", size.bytes);
        const std::string name = dissect_name(one, all_, "dns.question.name");
        const std::uint64_t type = one.number("dns.question.type", 2, type_name);
        one.number("dns.question.class", 2, class_name);
        if (!one.ok()) return in.stop();
        in.say(fmt::format("{} {}", name, shown(type)));
        if (asked_.empty()) asked_ = fmt::format("{} {}", name, shown(type));
    }
    void records(FieldReader& in, std::uint64_t count, std::string_view id) {
        for (std::uint64_t i = 0; i < count && more(in, "record"); ++i) record(in, id);
    }
    // RFC 1035 section 4.1.3.
    void record(FieldReader& in, std::string_view id) {
        const std::size_t begin = in.offset();
        const Size size = size_of_head(in, 10);
        std::size_t bytes = size.bytes;
        bool fits = size.whole;
        if (fits) {
            bytes += number16(all_, begin + size.bytes - 2);
            fits = bytes <= in.left();
        }
        const bool opt = size.whole && number16(all_, begin + size.bytes - 10) == opt_record;
        FieldReader one = in.inside(id, fits ? bytes : in.left());
        const std::string name = dissect_name(one, all_, "dns.record.name");
        const std::uint64_t type = one.number("dns.record.type", 2, type_name);
        if (opt)
            edns(one);
        else
            class_and_lifetime(one);
        const std::uint64_t length = one.number("dns.record.length", 2);
        if (one.ok() && !fits)
            one.give_up(fmt::format("expected {} bytes, got {}", length, one.left()));
        if (!one.ok()) return in.stop();
        in.say(fmt::format("{} {}", name, shown(type)));
        if (opt) return dissect_options(one);
        dissect_data(one, all_, static_cast<unsigned>(type));
    }
    static void class_and_lifetime(FieldReader& in) {
        in.number("dns.record.class", 2, class_name);
        in.number("dns.record.ttl", 4);
        if (in.ok()) in.last().value += " s";
    }
    // RFC 6891 section 6.1.3, RFC 3225 section 3.
    static void edns(FieldReader& in) {
        in.number("dns.opt.udp_size", 2);
        in.number("dns.opt.extended_rcode", 1);
        in.number("dns.opt.version", 1);
        const bool wants = in.left() > 0 && (octet(in.rest(), 0) & 0x80) != 0;
        in.bytes("dns.opt.flags", 2);
        if (in.ok()) in.say(wants ? "DO: DNSSEC wanted" : "no flag");
    }
    struct Size {
        std::size_t bytes;
        bool whole;  ///< A name and `fixed` bytes are there; else all that is left is meant.
    };
    Size size_of_head(FieldReader& in, std::size_t fixed) {
        std::vector<Field> nowhere;
        FieldReader probe(in.rest(), in.offset(), nowhere, ids);
        dissect_name(probe, all_, "dns.record.name");
        if (!probe.ok() || probe.left() < fixed) return {in.left(), false};
        return {probe.offset() - in.offset() + fixed, true};
    }
    static std::string shown(std::uint64_t type) {
        const std::string_view name = type_name(type);
        return name.empty() ? fmt::format("TYPE{}", type) : std::string(name);
    }

    std::string_view all_;
    std::string asked_;
    std::vector<Field> out_;
};

}  // namespace

std::vector<Field> dissect(std::string_view datagram) { return Dissection(datagram).take(); }

}  // namespace dns
