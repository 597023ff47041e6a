// Postfix's tables, main.cf and master.cf, as a stranger's scenario may bring them: postconf(5).
#include "sim/core/text.hpp"
#include "sim/policy/postfix_master.hpp"
#include "sim/policy/postfix_ways.hpp"
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
    const Index index(entries);
    for (const Entry& entry : entries) {
        ENSURE(entry.line >= 0 && entry.line <= lines);
        ENSURE(entry.destination == core::lower(entry.destination));
        ENSURE(entry.rule.level != Level::mta_sts);
        ENSURE(!entry.versions.empty() || entry.rule.level == Level::none);
        const Entry* const found = index.find(entry.destination);
        ENSURE(found != nullptr);
        ENSURE(found->destination == entry.destination || found->destination == "*");
    }
}

void check_ways(const Main& main, const Beside& beside, const Answers& answers) {
    std::vector<Remark> remarks;
    const Routing routing(main.ways, beside, answers, remarks);
    std::string not_smtp;
    for (const char* const domain : {"bob.example", "[mx.bob.example]:25", "a.b.c.example"}) {
        const std::optional<Way> way = routing.way_of(domain, not_smtp);
        ENSURE(way.has_value() || !not_smtp.empty());
    }
    for (const Way& relay : routing.relays()) ENSURE(!relay.next_hop.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::Input(data, size).text();
    const int lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (const TableKind kind : {TableKind::compiled, TableKind::texthash}) {
        const Table table = read_table(text, "table", Defaults(), kind);
        check_remarks(table.remarks, lines);
        check_entries(table.entries, lines);
    }
    const Master master = read_master(text, "master.cf");
    check_remarks(master.remarks, lines);
    std::vector<Override> overrides;
    for (const auto& [name, service] : master.smtp)
        overrides.insert(overrides.end(), service.overrides.begin(), service.overrides.end());
    const std::string whole(text);
    const Beside beside = [&](const std::string&) { return whole; };
    const Answers answers{&whole, "answers"};
    const Main main = read_main(text, "main.cf", overrides);
    check_remarks(main.remarks, lines);
    const Table maps = read_maps(main.maps, main.defaults, beside, answers);
    check_remarks(maps.remarks, lines);
    check_entries(maps.entries, lines);
    check_ways(main, beside, answers);
    return 0;
}
