// TXT records at _smtp._tls.DOMAIN, one a line: RFC 8460 section 3.
#include "sim/policy/tls_report.hpp"
#include "tests/fuzz/input.hpp"

using namespace policy::tls_report;

namespace {

// All that is not plain, as "%2C": RFC 3986 section 2.1.
std::string percent_encoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (fuzz::is_alphanumeric(c) || c == '@' || c == '.' || c == '-') {
            out += c;
        } else {
            out += '%';
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

// What goes into a command and a header as it stands must not end either of them.
void check(const Destination& to) {
    ENSURE(fuzz::all(to.where, fuzz::is_printable));
    ENSURE(to.where.find_first_of("<>,;\"") == std::string::npos);
    if (to.way == Destination::Way::https) {
        ENSURE(to.where.starts_with("https://") && to.where.size() > 8);
        return;
    }
    const std::vector<std::string> halves = fuzz::split(to.where, "@");
    ENSURE(halves.size() == 2 && !halves[0].empty() && halves[0].size() <= 64);
    ENSURE(fuzz::is_host(halves[1]));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::Input(data, size).text();
    const Record record = parse_record(fuzz::split(text, "\n"));
    ENSURE(record.destinations.empty() != record.why.empty());
    ENSURE(record.why.size() <= text.size() + 100);
    if (record.destinations.empty()) return 0;
    std::string uris;
    for (const Destination& to : record.destinations) {
        check(to);
        if (!uris.empty()) uris += ',';
        uris += to.way == Destination::Way::mail ? "mailto:" + percent_encoded(to.where) : to.where;
    }
    ENSURE(parse_record({"v=TLSRPTv1; rua=" + uris}).destinations == record.destinations);
    return 0;
}
