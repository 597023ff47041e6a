#include "sim/attack/records.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace attack {
namespace {

constexpr std::size_t header_size = tls::record_header_size;
constexpr std::size_t supported_versions = 43;  // section 4.2.1

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}
std::size_t number_at(std::string_view bytes, std::size_t at) {
    return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}
std::string two_bytes(std::size_t number) {
    return {static_cast<char>(number >> 8), static_cast<char>(number & 255)};
}

RecordKind kind_of(std::string_view record, bool first) {
    if (tls::is_ssl2_record(record))
        return tls::ssl2_hello(record) == tls::Ssl2Hello::yes ? RecordKind::client_hello
                                                              : RecordKind::handshake;
    switch (byte_at(record, 0)) {
        case 20: return RecordKind::change_cipher_spec;
        case 21: return RecordKind::alert;
        case 23: return RecordKind::application_data;
        default: break;
    }
    // Later ones are sealed in TLS 1.2: their first byte says nothing.
    if (!first || record.size() <= header_size) return RecordKind::handshake;
    const unsigned type = byte_at(record, header_size);
    return type == 1   ? RecordKind::client_hello
           : type == 2 ? RecordKind::server_hello
                       : RecordKind::handshake;
}

}  // namespace

bool fits(RecordKind wanted, RecordKind is) {
    const bool hello = is == RecordKind::client_hello || is == RecordKind::server_hello;
    return wanted == RecordKind::any || wanted == is || (wanted == RecordKind::handshake && hello);
}

RecordReader::Found RecordReader::add(std::string_view bytes) {
    tls::RecordSplitter::Found found = splitter_.add(bytes);
    Found out;
    out.clear = std::move(found.clear);
    for (std::string& record : found.records) {
        const RecordKind kind = kind_of(record, hellos_ == 0);
        if (kind != RecordKind::alert) ++hellos_;
        out.records.push_back({kind, std::move(record)});
    }
    return out;
}

// ---- tampers

namespace {

// Where a byte of a record is that is counted from its end when negative.
std::optional<std::size_t> place_of(int byte, std::size_t size) {
    const std::ptrdiff_t at = byte < 0 ? static_cast<std::ptrdiff_t>(size) + byte : byte;
    if (at < 0 || at >= static_cast<std::ptrdiff_t>(size)) return std::nullopt;
    return static_cast<std::size_t>(at);
}

}  // namespace

class TampersFilter final : public Filter {
  public:
    explicit TampersFilter(Tampers& act, const Passing& first)
        : act_(act),
          client_(first.way == Way::to_server ? first.from : first.to),
          server_(first.way == Way::to_server ? first.to : first.from) {}

    void pass(Piece piece, Out& out) override {
        const bool forth = piece.way == Way::to_server;
        if (!act_.towards.meant(forth ? client_ : server_, forth ? server_ : client_))
            return out.send(std::move(piece));
        RecordReader& reader = forth ? to_server_ : to_client_;
        RecordReader::Found found = reader.add(piece.bytes);
        std::string after = std::move(found.clear);
        for (RecordReader::Record& record : found.records) after += changed(record, piece.way);
        if (piece.mark != Mark::none) after += let_go(piece.way);
        if (after.empty() && piece.mark == Mark::none) return;
        if (after != piece.bytes) piece.why = "record changed";
        piece.bytes = std::move(after);
        out.send(std::move(piece));
    }
    std::string let_go(Way way) override {
        RecordReader& reader = way == Way::to_server ? to_server_ : to_client_;
        const bool here = way == swapped_way_;
        return (here ? std::exchange(swapped_, {}) : std::string()) + reader.take_rest();
    }

  private:
    std::string changed(RecordReader::Record& record, Way way) {
        if (!swapped_.empty() && way == swapped_way_)
            return record.bytes + std::exchange(swapped_, {});
        if (!fits(act_.kind_, record.kind) || ++seen_ != act_.number_) return record.bytes;
        const std::optional<std::size_t> at = place_of(act_.byte_, record.bytes.size());
        if (act_.how_ == Tampers::How::flips && !at) {
            act_.trouble = "the record has " + std::to_string(record.bytes.size()) +
                           " bytes, and none at " + std::to_string(act_.byte_);
            return record.bytes;
        }
        if (!act_.once_more()) return record.bytes;
        switch (act_.how_) {
            case Tampers::How::flips:
                record.bytes[*at] = static_cast<char>(byte_at(record.bytes, *at) ^ 1u << act_.bit_);
                break;
            case Tampers::How::doubles: return record.bytes + record.bytes;
            case Tampers::How::drops: return {};
            case Tampers::How::swaps:
                swapped_ = record.bytes;
                swapped_way_ = way;
                return {};
        }
        return record.bytes;
    }
    Tampers& act_;
    HostId client_, server_;
    RecordReader to_server_, to_client_;
    int seen_ = 0;
    std::string swapped_;  ///< Waits for the one behind it.
    Way swapped_way_ = Way::to_server;
};

std::unique_ptr<Filter> Tampers::on(const Passing& first, Layer layer) {
    if (layer != Layer::clear) return nullptr;
    return std::make_unique<TampersFilter>(*this, first);
}

// ---- downgrades

namespace {

// The versions of a supported_versions extension that are not above `version`, as the extension's
// data.
std::string versions_up_to(std::string_view data, std::size_t version) {
    std::string kept;
    for (std::size_t at = 1; at + 1 < data.size(); at += 2)
        if (number_at(data, at) <= version) kept += data.substr(at, 2);
    return std::string(1, static_cast<char>(kept.size())) + kept;
}

std::string extensions_up_to(std::string_view list, std::size_t version) {
    std::string out;
    for (std::size_t at = 0; at + 4 <= list.size();) {
        const std::size_t size = number_at(list, at + 2);
        const std::string_view data = list.substr(at + 4, size);
        const bool versions = number_at(list, at) == supported_versions;
        const std::string after = versions ? versions_up_to(data, version) : std::string(data);
        out += std::string(list.substr(at, 2)) + two_bytes(after.size()) + after;
        at += 4 + size;
    }
    return out;
}

std::string suites_among(std::string_view list, const std::vector<int>& ciphers) {
    std::string out;
    for (std::size_t at = 0; at + 1 < list.size(); at += 2)
        if (std::find(ciphers.begin(), ciphers.end(), static_cast<int>(number_at(list, at))) !=
            ciphers.end())
            out += list.substr(at, 2);
    if (out.empty())
        for (const int cipher : ciphers) out += two_bytes(static_cast<std::size_t>(cipher));
    return out;
}

}  // namespace

// RFC 8446 section 4.1.2: version, random, session id, suites, compression, extensions.
std::string lowered_hello(const std::string& record, int version, const std::vector<int>& ciphers) {
    const std::string_view all = record;
    const std::size_t session = header_size + 4 + 2 + 32;
    if (tls::is_ssl2_record(all) || all.size() < session + 1) return record;
    const std::size_t suites = session + 1 + byte_at(all, session);
    if (all.size() < suites + 2) return record;
    const std::size_t compression = suites + 2 + number_at(all, suites);
    if (all.size() < compression + 1) return record;
    const std::size_t extensions = compression + 1 + byte_at(all, compression);
    if (all.size() < extensions + 2) return record;
    const std::string_view list = all.substr(extensions + 2);
    const std::string_view offered = all.substr(suites + 2, compression - suites - 2);
    const std::string kept =
        ciphers.empty() ? std::string(offered) : suites_among(offered, ciphers);
    const std::string others = version == 0
                                   ? std::string(list)
                                   : extensions_up_to(list, static_cast<std::size_t>(version));
    const std::string body = std::string(all.substr(header_size + 4, suites - header_size - 4)) +
                             two_bytes(kept.size()) + kept +
                             std::string(all.substr(compression, extensions - compression)) +
                             two_bytes(others.size()) + others;
    return std::string(all.substr(0, 3)) + two_bytes(body.size() + 4) +
           std::string(all.substr(header_size, 1)) + '\0' + two_bytes(body.size()) + body;
}

class DowngradesFilter final : public Filter {
  public:
    explicit DowngradesFilter(Downgrades& act) : act_(act) {}
    void pass(Piece piece, Out& out) override {
        if (piece.way == Way::to_client || done_) return out.send(std::move(piece));
        RecordReader::Found found = reader_.add(piece.bytes);
        std::string after = std::move(found.clear);
        for (const RecordReader::Record& record : found.records) {
            const bool hello = record.kind == RecordKind::client_hello && !done_;
            done_ = done_ || hello;
            after += hello && act_.once_more()
                         ? lowered_hello(record.bytes, act_.version_, act_.ciphers_)
                         : record.bytes;
        }
        if (done_ || piece.mark != Mark::none) after += reader_.take_rest();
        if (after.empty() && piece.mark == Mark::none) return;
        if (after != piece.bytes) piece.why = "ClientHello edited";
        piece.bytes = std::move(after);
        out.send(std::move(piece));
    }
    std::string let_go(Way way) override {
        return way == Way::to_server ? reader_.take_rest() : std::string();
    }

  private:
    Downgrades& act_;
    RecordReader reader_;
    bool done_ = false;
};

std::unique_ptr<Filter> Downgrades::on(const Passing&, Layer layer) {
    if (layer != Layer::clear) return nullptr;
    return std::make_unique<DowngradesFilter>(*this);
}

}  // namespace attack
