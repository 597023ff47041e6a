// What stands in names and records.
#include <fmt/core.h>

#include "sim/dns/dissect_parts.hpp"
#include "sim/dns/zone_file.hpp"

namespace dns {

using core::FieldReader;

namespace {

constexpr std::size_t longest_name = 255;  // bytes in all (RFC 1035 section 2.3.4)

// A name as it stands in a message.
struct Name {
    std::string text;
    std::size_t size = 0;  ///< Of the bytes that stand here; a pointer ends them.
    std::string_view why;  ///< It is none.
};

// RFC 1035 section 5.1: a dot within a label, and what is not printable, has a backslash before.
std::string label_text(std::string_view label) {
    std::string out;
    for (const char c : label) {
        const auto u = static_cast<unsigned char>(c);
        if (u <= 0x20 || u >= 0x7F)
            out += fmt::format("\\{:03}", u);
        else
            out += c == '.' || c == '\\' ? fmt::format("\\{}", c) : std::string(1, c);
    }
    return out;
}

// `end`: what stands here must end there. RFC 1035 section 4.1.4.
Name name_at(std::string_view all, std::size_t begin, std::size_t end) {
    Name out;
    const auto octet = [&](std::size_t i) {
        return std::size_t{static_cast<unsigned char>(all[i])};
    };
    std::size_t at = begin, bound = begin, total = 1;
    for (bool here = true;;) {
        const std::size_t limit = here ? end : all.size();
        if (at >= limit) return {{}, 0, "the name does not end"};
        const std::size_t length = octet(at);
        if (length == 0) {
            if (here) out.size = at + 1 - begin;
            if (out.text.empty()) out.text = ".";
            return out;
        }
        if (length >= 0xC0) {
            if (at + 1 >= limit) return {{}, 0, "the name does not end"};
            if (here) out.size = at + 2 - begin;
            here = false;
            at = (length & 0x3F) << 8 | octet(at + 1);
            if (at >= bound) return {{}, 0, "a pointer that does not lead back"};
            bound = at;
            continue;
        }
        if (length > 63) return {{}, 0, "a label of no known kind"};
        if (at + 1 + length > limit) return {{}, 0, "the name does not end"};
        total += 1 + length;
        if (total > longest_name) return {{}, 0, "a name of more than 255 bytes"};
        if (!out.text.empty()) out.text += '.';
        out.text += label_text(all.substr(at + 1, length));
        at += 1 + length;
    }
}

std::string_view usage_name(std::uint64_t usage) {
    constexpr std::string_view names[] = {"PKIX-TA", "PKIX-EE", "DANE-TA", "DANE-EE"};
    return usage < 4 ? names[usage] : std::string_view();
}
std::string_view selector_name(std::uint64_t selector) {
    return selector == 0 ? "Cert" : selector == 1 ? "SPKI" : std::string_view();
}
std::string_view matching_name(std::uint64_t matching) {
    constexpr std::string_view names[] = {"Full", "SHA2-256", "SHA2-512"};
    return matching < 3 ? names[matching] : std::string_view();
}
std::string_view option_name(std::uint64_t option) {
    return option == 15 ? "extended error" : std::string_view();
}
std::string_view error_name(std::uint64_t error) {
    return error == 6 ? "DNSSEC Bogus" : std::string_view();
}

void address(FieldReader& in, std::string_view id, std::size_t size) {
    const std::string_view bytes = in.bytes(id, size);
    if (in.ok()) in.say(address_text(bytes));
}

void start_of_authority(FieldReader& in, std::string_view all) {
    dissect_name(in, all, "dns.soa.mname");
    dissect_name(in, all, "dns.soa.rname");
    for (const std::string_view id : {"dns.soa.serial", "dns.soa.refresh", "dns.soa.retry",
                                      "dns.soa.expire", "dns.soa.minimum"})
        in.number(id, 4);
}

}  // namespace

std::string_view type_name(std::uint64_t type) {
    switch (type) {
        case 1: return "A";
        case 2: return "NS";
        case 5: return "CNAME";
        case 6: return "SOA";
        case 12: return "PTR";
        case 15: return "MX";
        case 16: return "TXT";
        case 28: return "AAAA";
        case 41: return "OPT";
        case 43: return "DS";
        case 46: return "RRSIG";
        case 47: return "NSEC";
        case 48: return "DNSKEY";
        case 50: return "NSEC3";
        case 52: return "TLSA";
        case 255: return "ANY";
        default: return {};
    }
}

std::string dissect_name(FieldReader& in, std::string_view all, std::string_view id) {
    if (!in.ok()) return {};
    const std::size_t begin = in.offset();
    Name name = name_at(all, begin, begin + in.left());
    if (!name.why.empty()) {
        in.give_up(fmt::format("{}: {}", id, name.why));
        return {};
    }
    FieldReader parts = in.inside(id, name.size);
    while (!parts.empty()) {
        const std::size_t first = static_cast<unsigned char>(parts.rest().front());
        if (first == 0) {
            parts.bytes("dns.name.root", 1);
            parts.say("the root: the name ends");
        } else if (first >= 0xC0) {
            const std::size_t low = static_cast<unsigned char>(parts.rest()[1]);
            parts.bytes("dns.name.pointer", 2);
            parts.say(fmt::format("goes on at byte {}", (first & 0x3F) << 8 | low));
        } else {
            const std::string_view label = parts.bytes("dns.name.label", 1 + first);
            parts.say(label_text(label.substr(1)));
        }
    }
    in.say(name.text);
    return std::move(name.text);
}

void dissect_data(FieldReader& in, std::string_view all, unsigned type) {
    switch (type) {
        case 1: address(in, "dns.a", 4); break;
        case 28: address(in, "dns.aaaa", 16); break;
        case 2: dissect_name(in, all, "dns.ns"); break;
        case 5: dissect_name(in, all, "dns.cname"); break;
        case 6: start_of_authority(in, all); break;
        case 15:
            in.number("dns.mx.preference", 2);
            dissect_name(in, all, "dns.mx.exchange");
            break;
        case 16:
            do {
                FieldReader one = in.vector("dns.txt", 1);
                const std::string text = core::plain_text(one.rest());
                if (!one.empty()) one.text("dns.txt.text");
                if (one.ok()) in.say(text);
            } while (!in.empty());
            break;
        case 52:
            in.number("dns.tlsa.usage", 1, usage_name);
            in.number("dns.tlsa.selector", 1, selector_name);
            in.number("dns.tlsa.matching_type", 1, matching_name);
            in.bytes("dns.tlsa.data");
            break;
        default:
            if (!in.empty()) in.bytes("dns.record.data");
    }
    in.finish();
}

void dissect_options(FieldReader& in) {
    while (!in.empty()) {
        const std::string_view rest = in.rest();
        const std::size_t size = rest.size() < 4
                                     ? rest.size()
                                     : std::size_t{4} + static_cast<unsigned char>(rest[2]) * 256u +
                                           static_cast<unsigned char>(rest[3]);
        FieldReader one = in.inside("dns.opt.option", std::min(size, rest.size()));
        const std::uint64_t code = one.number("dns.opt.option.code", 2, option_name);
        one.number("dns.opt.option.length", 2);
        if (size > rest.size()) {
            one.give_up(fmt::format("an option of {} bytes, got {}", size - 4, one.left()));
            return;
        }
        if (code == 15) one.number("dns.opt.extended_error", 2, error_name);
        if (!one.empty())
            one.bytes(code == 15 ? "dns.opt.extended_error.text" : "dns.opt.option.data");
    }
}

}  // namespace dns
