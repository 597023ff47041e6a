// Records as text, one a line: RFC 1035 section 5. And addresses as text.
#include "sim/dns/zone_file.hpp"
#include "tests/fuzz/input.hpp"

using namespace dns;

namespace {

bool same(const Record& a, const Record& b) {
    return a.name == b.name && a.type == b.type && a.ttl == b.ttl && a.preference == b.preference &&
           a.data == b.data;
}

void check_line(std::string_view line) {
    const Result<Record> parsed = parse_record(line);
    if (!parsed.ok()) {
        ENSURE(parsed.failure().reason == Reason::dns_failure);
        ENSURE(parsed.failure().detail.starts_with("zone line '"));
        ENSURE(parsed.failure().detail.size() <= line.size() + 300);
        return;
    }
    const Record& record = parsed.value();
    // An owner may begin with a star, which is a whole label (RFC 4592 section 2.1.1).
    const bool star = record.name.starts_with("*.");
    const std::string below = star ? record.name.substr(2) : record.name;
    ENSURE(below.empty() || (is_name(below) && canonical(below) == below));
    const std::string written = zone_line(record);
    ENSURE(fuzz::all(written, [](char c) { return c == ' ' || fuzz::is_printable(c); }));
    const Result<Record> again = parse_record(written);
    ENSURE(again.ok() && same(again.value(), record));
    if (record.data.size() > 60000) return;  // longer than the wire can say
    Message m;
    m.response = true;
    m.question = {record.name, record.type};
    m.answers = {record};
    const Result<Message> over_wire = decode(encode(m));
    ENSURE(over_wire.ok() && over_wire.value().answers.size() == 1);
    ENSURE(same(over_wire.value().answers[0], record));
}

void check_address(std::string_view text) {
    const auto bytes = address_bytes(text);
    if (!bytes) return;
    ENSURE(bytes->size() == 4 || bytes->size() == 16);
    ENSURE(address_bytes(address_text(*bytes)) == bytes);
    ENSURE(address_text(*bytes).size() <= 39);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line = fuzz::Input(data, size).text();
    check_line(line);
    check_address(line);
    const auto bytes = from_hex(line);
    if (bytes) ENSURE(bytes->size() * 2 == line.size());
    return 0;
}
