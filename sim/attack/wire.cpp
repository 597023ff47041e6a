#include "sim/attack/wire.hpp"

#include <algorithm>

#include "sim/tls/records.hpp"

namespace attack {

bool serves(Service service, std::uint16_t port) {
    switch (service) {
        // A relay may listen on another port than 25.
        case Service::smtp: return port != 443 && port != 53;
        case Service::https: return port == 443;
        case Service::any: return true;
    }
    return true;
}

namespace {

// Who writes and reads on a connection, as its first passing shows.
struct Ends {
    explicit Ends(const Passing& first)
        : client(first.way == Way::to_server ? first.from : first.to),
          server(first.way == Way::to_server ? first.to : first.from) {}
    bool meant(const Towards& towards, Way way) const {
        return way == Way::to_server ? towards.meant(client, server)
                                     : towards.meant(server, client);
    }
    HostId client, server;
};

}  // namespace

std::vector<Piece> Chain::pass(Piece piece, bool active) {
    const Way forth = piece.way;
    std::vector<Piece> pieces{std::move(piece)};
    for (const std::unique_ptr<Filter>& filter : filters_) {
        if (!filter) continue;
        if (!active && !filter->lasts()) {
            std::string held = filter->let_go(forth);
            if (held.empty() || pieces.empty()) continue;
            pieces.front().bytes.insert(0, held);
            pieces.front().why = "what was held back goes on";
            continue;
        }
        Out out;
        for (Piece& p : pieces) {
            if (p.way == forth)
                filter->pass(std::move(p), out);
            else
                out.send(std::move(p));
        }
        pieces = std::move(out.pieces);
    }
    return pieces;
}

// ---- places

// The bytes pass as they come: the reader alone waits for whole records.
PlaceFinder::Look PlaceFinder::look_for_record(std::string_view bytes) {
    const std::size_t before = records_.rest().size();
    const RecordReader::Found found = records_.add(bytes);
    std::size_t end = found.clear.size();
    for (const RecordReader::Record& record : found.records) {
        end += record.bytes.size();
        if (!fits(*place_.record, record.kind)) continue;
        return {true, std::string(bytes.substr(0, end - before)),
                std::string(bytes.substr(end - before))};
    }
    return {false, std::string(bytes), {}};
}

// How many of the last bytes may be the beginning of the text.
std::size_t PlaceFinder::may_begin(const std::string& seen) const {
    std::size_t count = std::min(seen.size(), place_.text.size() - 1);
    while (count > 0 &&
           !place_.text.starts_with(std::string_view(seen).substr(seen.size() - count)))
        --count;
    return count;
}

PlaceFinder::Look PlaceFinder::look(std::string_view bytes, bool last) {
    if (place_.record) return look_for_record(bytes);
    const std::string known = place_.before ? std::exchange(held_, {}) : tail_;
    std::string seen = known + std::string(bytes);
    const std::size_t at = seen.find(place_.text);
    if (at != std::string::npos) {
        const std::size_t place = place_.before ? at : at + place_.text.size();
        const std::size_t passed = place_.before ? 0 : known.size();
        return {true, seen.substr(passed, place - passed), seen.substr(place)};
    }
    const std::size_t open = may_begin(seen);
    if (!place_.before) {
        tail_ = seen.substr(seen.size() - open);
        return {false, std::string(bytes), {}};
    }
    if (!last) {
        held_ = seen.substr(seen.size() - open);
        seen.resize(seen.size() - open);
    }
    return {false, std::move(seen), {}};
}

namespace {

// Nothing is done here: what passes goes on, and may be less or more than what came.
void send_on(Piece piece, const PlaceFinder::Look& look, Out& out) {
    std::string bytes = look.front + look.behind;
    if (bytes.empty() && piece.mark == Mark::none && !piece.bytes.empty()) return;  // held back
    if (bytes != piece.bytes) piece.why = "held back until it is known what follows";
    piece.bytes = std::move(bytes);
    out.send(std::move(piece));
}

}  // namespace

// ---- injects

class InjectsFilter final : public Filter {
  public:
    InjectsFilter(Injects& act, const Passing& first)
        : act_(act), ends_(first), to_server_(act.place_), to_client_(act.place_) {}

    void pass(Piece piece, Out& out) override {
        const bool meant = ends_.meant(act_.towards, piece.way);
        if (done_ || (!meant && !act_.place_.record)) return out.send(std::move(piece));
        PlaceFinder& finder = piece.way == Way::to_server ? to_server_ : to_client_;
        const PlaceFinder::Look look = finder.look(piece.bytes, piece.mark != Mark::none);
        if (!look.found || !act_.once_more()) return send_on(std::move(piece), look, out);
        done_ = true;
        if (!meant) {
            out.send({opposite(piece.way), Mark::none, act_.bytes_, "injected", {}});
            return send_on(std::move(piece), look, out);
        }
        if (act_.segment_ == Injects::Segment::same) {
            piece.bytes = look.front + act_.bytes_ + look.behind;
            piece.why = "injected";
            return out.send(std::move(piece));
        }
        if (!look.front.empty())
            out.send({piece.way, Mark::none, look.front, piece.why, piece.wait});
        // Behind what the first segment makes its reader say, before the next from this side.
        out.send({piece.way, Mark::none, act_.bytes_, "injected", piece.wait + milliseconds(5)});
        if (!look.behind.empty() || piece.mark != Mark::none)
            out.send({piece.way, piece.mark, look.behind, piece.why, piece.wait});
    }
    std::string let_go(Way way) override {
        return (way == Way::to_server ? to_server_ : to_client_).let_go();
    }

  private:
    Injects& act_;
    Ends ends_;
    PlaceFinder to_server_, to_client_;
    bool done_ = false;
};

std::unique_ptr<Filter> Injects::on(const Passing& first, Layer layer) {
    if (place_.record && layer != Layer::clear) return nullptr;
    return std::make_unique<InjectsFilter>(*this, first);
}

// ---- cuts

class CutsFilter final : public Filter {
  public:
    CutsFilter(Cuts& act, const Passing& first)
        : act_(act), ends_(first), to_server_(act.place_), to_client_(act.place_) {}

    void pass(Piece piece, Out& out) override {
        if (dead_) return;
        if (!ends_.meant(act_.towards, piece.way)) return out.send(std::move(piece));
        const PlaceFinder::Look look = act_.after_bytes_ ? count(piece) : find(piece);
        if (!look.found || !act_.once_more()) return send_on(std::move(piece), look, out);
        dead_ = true;
        const Way way = piece.way;
        out.send({way, Mark::none, look.front, "cut here", piece.wait});
        if (act_.how_ == Cuts::How::falls_silent) return;
        const Mark mark = act_.how_ == Cuts::How::resets ? Mark::reset : Mark::fin;
        out.send({way, mark, {}, "cut", {}});
        out.send({opposite(way), mark, {}, "cut", {}});
    }
    bool lasts() const override { return dead_; }
    std::string let_go(Way way) override {
        return dead_ ? std::string() : (way == Way::to_server ? to_server_ : to_client_).let_go();
    }

  private:
    PlaceFinder::Look find(const Piece& piece) {
        PlaceFinder& finder = piece.way == Way::to_server ? to_server_ : to_client_;
        return finder.look(piece.bytes, piece.mark != Mark::none);
    }
    PlaceFinder::Look count(const Piece& piece) {
        const bool by_default = act_.towards.host == HostId::nobody;
        if (by_default && piece.way == Way::to_client) return {false, piece.bytes, {}};
        const std::uint64_t before = passed_;
        passed_ += piece.bytes.size();
        act_.most = std::max(act_.most, passed_);
        if (passed_ < *act_.after_bytes_ || before > *act_.after_bytes_)
            return {false, piece.bytes, {}};
        const auto at = static_cast<std::size_t>(*act_.after_bytes_ - before);
        return {true, piece.bytes.substr(0, at), piece.bytes.substr(at)};
    }
    Cuts& act_;
    Ends ends_;
    PlaceFinder to_server_, to_client_;
    std::uint64_t passed_ = 0;
    bool dead_ = false;
};

std::unique_ptr<Filter> Cuts::on(const Passing& first, Layer layer) {
    if (layer != Layer::clear) return nullptr;
    return std::make_unique<CutsFilter>(*this, first);
}

// ---- splits, joins, delays

namespace {

class SplitsFilter final : public Filter {
  public:
    SplitsFilter(Splits& act, const Passing& first) : act_(act), ends_(first) {}
    void pass(Piece piece, Out& out) override {
        if (!ends_.meant(act_.towards, piece.way) || piece.bytes.size() <= act_.size() ||
            !act_.once_more())
            return out.send(std::move(piece));
        const auto size = static_cast<std::size_t>(act_.size());  // less than the piece has
        for (std::size_t at = 0; at < piece.bytes.size(); at += size) {
            const bool last = at + size >= piece.bytes.size();
            out.send({piece.way, last ? piece.mark : Mark::none, piece.bytes.substr(at, size),
                      "split", piece.wait});
        }
    }

  private:
    Splits& act_;
    Ends ends_;
};

class JoinsFilter final : public Filter {
  public:
    explicit JoinsFilter(Joins& act) : act_(act) {}
    void pass(Piece piece, Out& out) override {
        sealed_ = sealed_ || (piece.way == Way::to_server && tls::begins_handshake(piece.bytes));
        std::string& held = held_[piece.way == Way::to_server];
        held += piece.bytes;
        const bool whole = sealed_ || held.find(act_.until()) != std::string::npos;
        if (!whole && piece.mark == Mark::none) return;
        act_.once_more();
        if (held != piece.bytes) piece.why = "joined";
        piece.bytes = std::exchange(held, {});
        out.send(std::move(piece));
    }
    std::string let_go(Way way) override { return std::exchange(held_[way == Way::to_server], {}); }

  private:
    Joins& act_;
    std::string held_[2];
    bool sealed_ = false;
};

class DelaysFilter final : public Filter {
  public:
    DelaysFilter(Delays& act, const Passing& first) : act_(act), ends_(first) {}
    void pass(Piece piece, Out& out) override {
        if (ends_.meant(act_.towards, piece.way) && act_.once_more())
            piece.wait = piece.wait + act_.by();
        out.send(std::move(piece));
    }

  private:
    Delays& act_;
    Ends ends_;
};

// A stream has no holes: once something of it is gone, nothing behind it comes.
class BlocksFilter final : public Filter {
  public:
    explicit BlocksFilter(Blocks& act, Blocks::How how) : act_(act), how_(how) {}
    void pass(Piece piece, Out& out) override {
        if (dead_) return;
        act_.once_more();
        dead_ = true;
        if (how_ == Blocks::How::falls_silent) return;
        out.send({piece.way, Mark::reset, {}, "reset", {}});
        out.send({opposite(piece.way), Mark::reset, {}, "reset", {}});
    }
    bool lasts() const override { return dead_; }

  private:
    Blocks& act_;
    Blocks::How how_;
    bool dead_ = false;
};

}  // namespace

std::unique_ptr<Filter> Splits::on(const Passing& first, Layer layer) {
    if (layer != Layer::clear) return nullptr;
    return std::make_unique<SplitsFilter>(*this, first);
}
std::unique_ptr<Filter> Joins::on(const Passing&, Layer layer) {
    if (layer != Layer::clear) return nullptr;
    return std::make_unique<JoinsFilter>(*this);
}
std::unique_ptr<Filter> Delays::on(const Passing& first, Layer layer) {
    if (layer != Layer::clear) return nullptr;
    return std::make_unique<DelaysFilter>(*this, first);
}
std::unique_ptr<Filter> Blocks::on(const Passing&, Layer layer) {
    if (layer != Layer::clear) return nullptr;
    return std::make_unique<BlocksFilter>(*this, how_);
}
net::Gate Blocks::opens(const net::Opening&) {
    once_more();
    return how_ == How::resets ? net::Gate::refuses : net::Gate::drops;
}

}  // namespace attack
