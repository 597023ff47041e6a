// What an attacker's acts make of a stream does not hang on how it was cut into segments, and an
// act that only cuts or joins changes no byte; an edited ClientHello stays a record, and is edited
// once for all.
#include <functional>

#include "sim/attack/lines.hpp"
#include "sim/attack/wire.hpp"
#include "tests/fuzz/input.hpp"

using namespace attack;

namespace {

constexpr HostId alice{0}, bob{1};

Passing passing(Way way) {
    const bool forth = way == Way::to_server;
    Passing p{};
    p.from = forth ? alice : bob;
    p.to = forth ? bob : alice;
    p.way = way;
    p.port = 25;
    return p;
}

// What went each way, and what ended it.
struct Left {
    std::string to_server, to_client, ends;
    bool operator==(const Left&) const = default;
};

void take(Left& left, const std::vector<Piece>& pieces) {
    for (const Piece& p : pieces) {
        (p.way == Way::to_server ? left.to_server : left.to_client) += p.bytes;
        if (p.mark != Mark::none) left.ends += p.mark == Mark::fin ? 'f' : 'r';
    }
}

// All of it passes, then the writer ends, or the attacker leaves.
Left run(Act& act, Way way, const std::vector<std::string_view>& pieces, bool leaves) {
    Chain chain;
    chain.add(act.on(passing(way), Layer::clear));
    Left left;
    for (const std::string_view bytes : pieces) {
        if (bytes.empty()) continue;
        take(left, chain.pass({way, Mark::none, std::string(bytes), {}, {}}, true));
    }
    take(left, chain.pass({way, Mark::fin, {}, {}, {}}, !leaves));
    return left;
}

std::string shouted(const std::string& line) {
    std::string out = line;
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

using Maker = std::function<std::unique_ptr<Act>()>;

Place place_of(unsigned how) {
    static const char* const texts[] = {"\r\n", "DATA", ".\r\n", "STARTTLS\r\n"};
    Place place;
    if ((how & 8) != 0)
        place.record = static_cast<RecordKind>((how >> 4) % 7);
    else
        place.text = texts[how & 3];
    place.before = (how & 4) != 0 && !place.record;
    return place;
}

Maker maker_of(unsigned kind, unsigned how) {
    switch (kind % 9) {
        case 0: return [] { return std::make_unique<Strips>("STARTTLS"); };
        case 1:
            return
                [how] { return std::make_unique<Answers>("STARTTLS", "454 no\r\n", how % 2 == 1); };
        case 2: return [] { return std::make_unique<Replaces>("ab", "abab"); };
        case 3:
            return [] {
                return std::make_unique<Rewrites>(
                    [](const std::string& line, HostId) { return shouted(line); });
            };
        case 4:
            return [how] {
                return std::make_unique<Injects>(place_of(how), "RSET\r\n", Injects::Segment::same);
            };
        case 5:
            return [how] {
                return std::make_unique<Cuts>(std::nullopt, place_of(how),
                                              static_cast<Cuts::How>(how % 3));
            };
        case 6:
            return [how] {
                return std::make_unique<Cuts>(how, Place{}, static_cast<Cuts::How>(how % 3));
            };
        case 7:
            return [how] {
                return std::make_unique<Tampers>(static_cast<RecordKind>(how % 7), 1 + how % 2,
                                                 static_cast<Tampers::How>(how / 16 % 4),
                                                 static_cast<int>(how % 8) - 4, 0);
            };
        default: return [] { return std::make_unique<Downgrades>(0x0303, std::vector<int>{}); };
    }
}

void check_lowered(std::string_view bytes) {
    const std::string record(bytes);
    for (const int version : {0, 0x0303, 0x0301}) {
        const std::vector<int> ciphers =
            version == 0 ? std::vector<int>{0xC02C, 0x1302} : std::vector<int>{};
        const std::string once = lowered_hello(record, version, ciphers);
        ENSURE(lowered_hello(once, version, ciphers) == once);
        if (once == record) continue;
        const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(once[i]); };
        ENSURE(once.size() >= 9 && once.size() == 5u + (octet(3) << 8 | octet(4)));
        ENSURE(once.size() == 9u + (octet(6) << 16 | octet(7) << 8 | octet(8)));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const unsigned kind = input.byte(), how = input.byte();
    const std::vector<std::size_t> places = input.places();
    const Way way = kind >= 128 ? Way::to_client : Way::to_server;
    const bool leaves = (kind & 64) != 0;
    const std::vector<std::string_view> pieces = fuzz::cut(input.text(), places);
    const Maker make = maker_of(kind & 63, how);
    const Left whole = run(*make(), way, {input.text()}, leaves);
    ENSURE(run(*make(), way, pieces, leaves) == whole);
    // Segments of another size, and as one.
    const std::string text(input.text());
    const auto unchanged = [&](Act& act) {
        const Left left = run(act, way, pieces, leaves);
        ENSURE(way == Way::to_server ? left.to_server == text && left.to_client.empty()
                                     : left.to_client == text && left.to_server.empty());
        ENSURE(left.ends == "f");
    };
    Splits splits(1 + how % 16);
    unchanged(splits);
    Joins joins(how % 2 == 0 ? "\r\n.\r\n" : "a");
    unchanged(joins);
    check_lowered(input.text());
    return 0;
}
