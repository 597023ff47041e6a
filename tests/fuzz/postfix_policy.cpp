// Postfix's tables and main.cf, as a stranger's scenario may bring them: postconf(5).
#include "sim/core/text.hpp"
#include "sim/policy/postfix_main.hpp"
#include "tests/fuzz/input.hpp"

using namespace policy;
using namespace policy::postfix;

namespace {

void check_remarks(const std::vector<Remark>& remarks, int lines) {
    for (const Remark& remark : remarks) {
        ENSURE(remark.line >= 0 && remark.line <= lines);
        ENSURE(!remark.sentence.empty());
        ENSURE(remark.kind != Remark::Kind::unsupported || !remark.subject.empty());
    }
}

void check_entries(const std::vector<Entry>& entries, int lines) {
    for (const Entry& entry : entries) {
        ENSURE(entry.line >= 1 && entry.line <= lines);
        ENSURE(entry.destination == core::lower(entry.destination));
        ENSURE(entry.rule.level != Level::mta_sts);
        ENSURE(!entry.versions.empty());
        ENSURE(entry.rule.level != Level::fingerprint || !entry.rule.fingerprints.empty());
        const Entry* const found = find(entries, entry.destination);
        ENSURE(found != nullptr);
        ENSURE(found->destination == entry.destination || found->destination == "*");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::Input(data, size).text();
    const int lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
    const Table table = read_table(text, "table", Defaults());
    check_remarks(table.remarks, lines);
    check_entries(table.entries, lines);
    const Main main = read_main(text, "main.cf");
    check_remarks(main.remarks, lines);
    const Table maps =
        read_maps(main, "main.cf", [&](const std::string&) { return std::string(text); });
    check_remarks(maps.remarks, lines);
    check_entries(maps.entries, lines);
    return 0;
}
