// DNS messages on the wire: RFC 1035 section 4.
#include "sim/dns/message.hpp"
#include "sim/dns/zone_file.hpp"
#include "tests/fuzz/input.hpp"

using namespace dns;

namespace {

bool same(const Record& a, const Record& b) {
    return a.name == b.name && a.type == b.type && a.ttl == b.ttl && a.preference == b.preference &&
           a.data == b.data;
}

bool same(const Message& a, const Message& b) {
    return a.id == b.id && a.response == b.response && a.question.name == b.question.name &&
           a.question.type == b.question.type && a.status == b.status && a.security == b.security &&
           std::equal(a.answers.begin(), a.answers.end(), b.answers.begin(), b.answers.end(),
                      [](const Record& x, const Record& y) { return same(x, y); });
}

// RFC 1035 section 2.3.4, as text: and no label that a text cannot tell from two.
void check_name(std::string_view name) {
    if (name.empty()) return;
    ENSURE(name.size() <= 253);
    for (const std::string& label : fuzz::split(name, "."))
        ENSURE(label.size() <= 63 && fuzz::all(label, fuzz::is_printable));
}

void check(const Record& record) {
    check_name(record.name);
    switch (record.type) {
        case Type::A:
        case Type::AAAA: {
            const auto bytes = address_bytes(record.data);
            ENSURE(bytes && bytes->size() == (record.type == Type::A ? 4u : 16u));
            ENSURE(address_text(*bytes) == record.data);
            break;
        }
        case Type::MX:
        case Type::CNAME:
        case Type::NS: check_name(record.data); break;
        case Type::SOA: ENSURE(words(record.data).size() == 7); break;
        case Type::TLSA: {
            const auto tlsa = parse_tlsa(record.data);
            ENSURE(tlsa && tlsa_bytes(*tlsa) == record.data);
            break;
        }
        case Type::TXT: break;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::Input(data, size).text();
    const Result<Message> read = decode(bytes);
    if (!read.ok()) {
        ENSURE(read.failure().reason == Reason::dns_failure);
        ENSURE(read.failure().detail.starts_with("DNS message malformed near byte "));
        return 0;
    }
    const Message& m = read.value();
    check_name(m.question.name);
    ENSURE(m.response || m.security == Security::insecure);
    ENSURE(m.answers.size() * 11 <= bytes.size());  // a record has a name and ten bytes
    for (const Record& record : m.answers) check(record);
    const Result<Message> again = decode(encode(m));
    ENSURE(again.ok() && same(again.value(), m));
    return 0;
}
