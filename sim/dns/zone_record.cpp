// What an entry of a zone file means: RFC 1035 section 5.1, RFC 3597 section 5, RFC 6698
// section 2.2.
#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/dns/idna.hpp"
#include "sim/dns/zone_file.hpp"
#include "sim/dns/zone_text.hpp"

namespace dns {
namespace {

constexpr std::uint32_t longest_ttl = 2'147'483'647;  // RFC 2181 section 8

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number value = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), value);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

// Seconds: "3600", or "1h", "1d12h" as the widespread name servers take it. Too many are more than
// 32 bits.
std::optional<std::uint64_t> seconds_of(std::string_view text) {
    constexpr std::uint64_t too_many = std::uint64_t(1) << 40;
    if (text.empty()) return std::nullopt;
    std::uint64_t sum = 0;
    while (!text.empty()) {
        std::uint64_t count = 0;
        const auto r = std::from_chars(text.data(), text.data() + text.size(), count);
        if (r.ptr == text.data()) return std::nullopt;
        if (r.ec != std::errc{} || count > too_many) count = too_many;
        text.remove_prefix(static_cast<std::size_t>(r.ptr - text.data()));
        if (text.empty()) return sum == 0 ? std::optional(count) : std::nullopt;
        switch (core::lower(text.front())) {
            case 'w': count *= 7 * 86400; break;
            case 'd': count *= 86400; break;
            case 'h': count *= 3600; break;
            case 'm': count *= 60; break;
            case 's': break;
            default: return std::nullopt;
        }
        sum += count;
        text.remove_prefix(1);
    }
    return std::min(sum, too_many);
}

// Reads one entry; the first thing that is wrong is kept.
class EntryReader {
  public:
    EntryReader(const ZoneEntry& entry, const Origin& origin, std::string_view quoted)
        : words_(entry.words), text_(quoted), origin_(origin) {}

    /// `owner`: of the record before, for an entry that begins with a blank.
    Result<ZoneRecord> read(const std::optional<std::string>& owner, bool begins_blank) {
        if (words_[0].raw.starts_with('$'))
            fail(fmt::format("{} has no place here", words_[0].raw));
        if (!begins_blank || !repeats_owner()) {
            out_.record.name = name(words_[at_++], Owner::yes);
        } else if (owner) {
            out_.record.name = *owner;
        } else {
            fail("it begins with a blank, and no record stands before whose name it could have");
        }
        if (trouble_.empty()) read_head();
        if (trouble_.empty()) read_data();
        if (trouble_.empty() && at_ < words_.size())
            fail(fmt::format("nothing more was expected, got '{}'", words_[at_].raw));
        if (!trouble_.empty()) return bad_entry(text_, trouble_);
        return std::move(out_);
    }

  private:
    enum class Owner : bool { no, yes };
    void fail(std::string why) {
        if (trouble_.empty()) trouble_ = std::move(why);
    }
    bool done() const { return at_ >= words_.size(); }
    static bool is_class_in(std::string_view word) {
        return core::lower(word) == "in" || core::lower(word) == "class1";
    }
    // RFC 3597 section 5: a type by its number.
    static std::optional<Type> type_named(std::string_view word) {
        if (core::lower(word.substr(0, 4)) == "type")
            for (const Type type : known_types)
                if (whole_number<std::uint16_t>(word.substr(4)) == static_cast<std::uint16_t>(type))
                    return type;
        return type_of(word);
    }
    // No owner, but what follows one: what stands in the front of a line that begins with a blank
    // may be either.
    bool repeats_owner() const {
        for (const ZoneWord& word : words_) {
            if (word.quoted) return false;
            if (type_named(word.raw)) return true;
            if (!is_class_in(word.raw) && !seconds_of(word.raw)) return false;
        }
        return false;
    }

    // A name in canonical form; the root is "". Ours have letters, digits, hyphens and underscores;
    // an owner may begin with a star (RFC 4592 section 2.1.1).
    std::string name(const ZoneWord& word, Owner owner) {
        if (!word.quoted && word.raw == ".") return {};
        if (!word.quoted && word.raw == "@" && !origin_.name.empty()) return origin_.name;
        Result<std::string> bytes = unescaped(word);
        const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
        // U-labels become A-labels; what stands there as \DDD is a byte, which no name here has.
        if (bytes.ok() && !std::all_of(word.raw.begin(), word.raw.end(), is_ascii))
            bytes = with_a_labels(bytes.value());
        if (!bytes.ok()) {
            fail(bytes.failure().detail);
            return {};
        }
        std::string_view rest = bytes.value();
        const bool dots = word.raw.find("\\.") != std::string_view::npos ||
                          word.raw.find("\\046") != std::string_view::npos;
        if (owner == Owner::yes && rest.starts_with("*.")) rest.remove_prefix(2);
        const bool star_alone = owner == Owner::yes && rest == "*" && !origin_.name.empty();
        // 255 bytes on the wire (RFC 1035 section 2.3.4), the star's label among them.
        const bool too_long = canonical(bytes.value()).size() > 253;
        if (word.quoted || dots || too_long || (!is_name(rest) && !star_alone)) {
            fail(fmt::format("'{}' is no name", word.raw));
            return {};
        }
        return whole(canonical(bytes.value()), bytes.value().ends_with('.'));
    }

    // RFC 1035 section 5.1: without its last dot a name is one below the origin. Ours are whole all
    // the same where that cannot be meant otherwise: they end like the domain.
    std::string whole(std::string name, bool ends_with_dot) {
        if (ends_with_dot || origin_.name.empty()) return name;
        const auto last = [](std::string_view n) { return n.substr(n.rfind('.') + 1); };
        const bool several = name.find('.') != std::string::npos;
        if ((several && last(name) == last(origin_.name)) || name == origin_.name) return name;
        fail(fmt::format("'{0}' has no last dot: write '{0}.{1}.', or '{0}.' if that is all of it",
                         name, origin_.name));
        return name;
    }

    void read_head() {
        bool classed = false;
        for (; !done(); ++at_) {
            const std::string_view word = words_[at_].raw;
            const auto ttl = seconds_of(word);
            if (ttl && !out_.own_ttl) {
                if (*ttl > longest_ttl)
                    return fail(fmt::format("a TTL is {} s at most, got '{}'", longest_ttl, word));
                out_.record.ttl = static_cast<std::uint32_t>(*ttl);
                out_.own_ttl = true;
            } else if (const auto type = type_named(word)) {
                out_.record.type = *type;
                ++at_;
                return;
            } else if (is_class_in(word) && !classed) {
                classed = true;
            } else {
                return fail(
                    fmt::format("expected a TTL, IN or one of A, AAAA, CNAME, MX, NS, SOA, "
                                "TLSA, TXT, got '{}'",
                                word));
            }
        }
        fail("the type is missing");
    }

    void read_data() {
        Record& record = out_.record;
        if (!done() && !words_[at_].quoted && words_[at_].raw == "\\#") return read_generic();
        switch (record.type) {
            case Type::A: return read_address(4, "expected an IPv4 address");
            case Type::AAAA: return read_address(16, "expected an IPv6 address");
            case Type::MX: return read_mx();
            case Type::CNAME:
            case Type::NS:
                if (words_.size() != at_ + 1) return fail("expected a name");
                record.data = target("expected a name");
                return;
            case Type::TXT: return read_strings();
            case Type::SOA: return read_soa();
            case Type::TLSA: return read_tlsa();
        }
    }

    // The name that stands next.
    std::string target(std::string_view expected) {
        const std::string before = trouble_;
        std::string out = name(words_[at_++], Owner::no);
        if (trouble_.ends_with("is no name") && before.empty())
            trouble_ = fmt::format("{}: {}", expected, trouble_);
        return out;
    }

    void read_address(std::size_t size, std::string_view expected) {
        const bool one = words_.size() == at_ + 1 && !words_[at_].quoted;
        const auto bytes = one ? address_bytes(words_[at_++].raw) : std::nullopt;
        if (!bytes || bytes->size() != size) return fail(std::string(expected));
        out_.record.data = address_text(*bytes);
    }

    void read_mx() {
        constexpr std::string_view expected = "MX needs a preference from 0 to 65535 and a name";
        const auto preference =
            done() ? std::nullopt : whole_number<std::uint16_t>(words_[at_++].raw);
        if (!preference || words_.size() != at_ + 1) return fail(std::string(expected));
        out_.record.preference = *preference;
        out_.record.data = target(expected);
    }

    // Character strings (RFC 1035 section 3.3): of 255 bytes at most each.
    void read_strings() {
        if (done()) return fail("expected a string");
        for (; !done(); ++at_) {
            const Result<std::string> part = unescaped(words_[at_]);
            if (!part.ok()) return fail(part.failure().detail);
            if (part.value().size() > 255)
                return fail(fmt::format("a string of {} bytes: it has 255 at most, so part it",
                                        part.value().size()));
            out_.record.data += part.value();
        }
    }

    void read_soa() {
        if (words_.size() != at_ + 7) return fail("SOA needs two names and five numbers");
        std::string data;
        for (int i = 0; i < 2; ++i)
            data +=
                (data.empty() ? "" : " ") + target("SOA needs two names and five numbers") + ".";
        for (int i = 0; i < 5; ++i) {
            const std::string_view word = words_[at_++].raw;
            const auto value = seconds_of(word);
            if (!value || *value > 0xFFFFFFFFu)
                return fail(fmt::format("expected a number, got '{}'", word));
            data += fmt::format(" {}", *value);
        }
        out_.record.data = std::move(data);
    }

    // RFC 6698 section 2.2: three numbers, and pairs of digits that blanks may part anywhere.
    void read_tlsa() {
        if (words_.size() < at_ + 4)
            return fail("TLSA needs usage, selector, matching type and data");
        Tlsa tlsa;
        for (unsigned* const field : {&tlsa.usage, &tlsa.selector, &tlsa.matching}) {
            const std::string_view word = words_[at_++].raw;
            const auto value = whole_number<unsigned>(word);
            if (!value || *value > 255)
                return fail(fmt::format("expected a number from 0 to 255, got '{}'", word));
            *field = *value;
        }
        const std::optional<std::string> data = rest_as_hex();
        if (!data) return fail("the data of TLSA must be pairs of hexadecimal digits");
        tlsa.data = *data;
        out_.record.data = tlsa_bytes(tlsa);
    }

    std::optional<std::string> rest_as_hex() {
        std::string digits;
        for (; !done(); ++at_) {
            if (words_[at_].quoted) return std::nullopt;
            digits += words_[at_].raw;
        }
        return from_hex(digits);
    }

    // RFC 3597 section 5: \#, the length, the bytes of the wire.
    void read_generic() {
        ++at_;
        const auto length = done() ? std::nullopt : whole_number<std::uint16_t>(words_[at_++].raw);
        const std::optional<std::string> data = rest_as_hex();
        if (!length || !data || data->size() != *length)
            return fail("\\# needs a length and as many pairs of hexadecimal digits");
        std::optional<Record> read = with_data(out_.record, *data);
        if (!read)
            return fail(fmt::format("these bytes are no data of {}", word(out_.record.type)));
        out_.record = std::move(*read);
    }

    const std::vector<ZoneWord>& words_;
    std::string_view text_;
    const Origin& origin_;
    std::size_t at_ = 0;
    ZoneRecord out_;
    std::string trouble_;
};

}  // namespace

Result<std::vector<ZoneRecord>> parse_zone(std::string_view text, const Origin& origin) {
    Result<std::vector<ZoneEntry>> entries = zone_entries(text);
    if (!entries.ok()) return entries.take_failure();
    std::vector<ZoneRecord> out;
    std::optional<std::string> owner;
    for (const ZoneEntry& entry : entries.value()) {
        EntryReader reader(entry, origin, entry.text);
        Result<ZoneRecord> record = reader.read(owner, entry.begins_blank);
        if (!record.ok()) return record.take_failure();
        owner = record.value().record.name;
        out.push_back(std::move(record.value()));
    }
    return out;
}

Result<Record> parse_record(std::string_view line) {
    const Result<std::vector<ZoneEntry>> entries = zone_entries(line);
    if (!entries.ok()) return entries.failure();
    if (entries.value().empty()) return bad_entry(line, "expected a record, got nothing");
    if (entries.value().size() > 1) return bad_entry(line, "expected one record, got several");
    const Origin nowhere;
    EntryReader reader(entries.value().front(), nowhere, line);
    Result<ZoneRecord> record = reader.read(std::nullopt, false);
    if (!record.ok()) return record.take_failure();
    return std::move(record.value().record);
}

}  // namespace dns
