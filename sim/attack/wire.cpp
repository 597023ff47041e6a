#include "sim/attack/wire.hpp"

#include <algorithm>

namespace attack {

bool serves(Service service, std::uint16_t port) {
    switch (service) {
        case Service::smtp: return port == 25;
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

std::optional<std::size_t> PlaceFinder::find(std::string_view bytes) {
    if (place_.record) {
        std::size_t end = 0;
        const std::size_t before = records_.rest().size();
        for (const RecordReader::Record& record : records_.add(bytes)) {
            end += record.bytes.size();
            if (fits(*place_.record, record.kind)) return end - before;
        }
        return std::nullopt;
    }
    const std::string seen = tail_ + std::string(bytes);
    const std::size_t at = seen.find(place_.text);
    const std::size_t skipped = tail_.size();
    const std::size_t kept = std::min(seen.size(), place_.text.size() - 1);
    tail_ = seen.substr(seen.size() - kept);
    if (at == std::string::npos) return std::nullopt;
    const std::size_t offset = place_.before ? at : at + place_.text.size();
    return offset < skipped ? 0 : offset - skipped;
}

// ---- injects

class InjectsFilter final : public Filter {
  public:
    InjectsFilter(Injects& act, const Passing& first)
        : act_(act), ends_(first), to_server_(act.place_), to_client_(act.place_) {}

    void pass(Piece piece, Out& out) override {
        const bool meant = ends_.meant(act_.towards, piece.way);
        if (done_ || (!meant && !act_.place_.record)) return out.send(std::move(piece));
        PlaceFinder& finder = piece.way == Way::to_server ? to_server_ : to_client_;
        const std::optional<std::size_t> at = finder.find(piece.bytes);
        if (!at || !act_.once_more()) return out.send(std::move(piece));
        done_ = true;
        if (!meant) {
            out.send({opposite(piece.way), Mark::none, act_.bytes_, "injected", {}});
            return out.send(std::move(piece));
        }
        const std::string front = piece.bytes.substr(0, *at), behind = piece.bytes.substr(*at);
        if (act_.segment_ == Injects::Segment::same) {
            piece.bytes = front + act_.bytes_ + behind;
            piece.why = "injected";
            return out.send(std::move(piece));
        }
        if (!front.empty()) out.send({piece.way, Mark::none, front, piece.why, piece.wait});
        // Behind what the first segment makes its reader say, before the next from this side.
        out.send({piece.way, Mark::none, act_.bytes_, "injected", piece.wait + milliseconds(5)});
        if (!behind.empty() || piece.mark != Mark::none)
            out.send({piece.way, piece.mark, behind, piece.why, piece.wait});
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
        const std::optional<std::size_t> at = place(piece);
        if (!at || !act_.once_more()) return out.send(std::move(piece));
        dead_ = true;
        const Way way = piece.way;
        out.send({way, Mark::none, piece.bytes.substr(0, *at), "cut here", piece.wait});
        if (act_.how_ == Cuts::How::falls_silent) return;
        const Mark mark = act_.how_ == Cuts::How::resets ? Mark::reset : Mark::fin;
        out.send({way, mark, {}, "cut", {}});
        out.send({opposite(way), mark, {}, "cut", {}});
    }
    bool lasts() const override { return dead_; }

  private:
    std::optional<std::size_t> place(const Piece& piece) {
        if (!ends_.meant(act_.towards, piece.way)) return std::nullopt;
        const bool by_default = act_.after_bytes_ && act_.towards.host == HostId::nobody;
        if (by_default && piece.way == Way::to_client) return std::nullopt;
        if (!act_.after_bytes_)
            return (piece.way == Way::to_server ? to_server_ : to_client_).find(piece.bytes);
        const std::uint64_t before = passed_;
        passed_ += piece.bytes.size();
        act_.most = std::max(act_.most, passed_);
        if (passed_ < *act_.after_bytes_) return std::nullopt;
        return static_cast<std::size_t>(*act_.after_bytes_ - before);
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
        for (std::size_t at = 0; at < piece.bytes.size(); at += act_.size()) {
            const bool last = at + act_.size() >= piece.bytes.size();
            out.send({piece.way, last ? piece.mark : Mark::none,
                      piece.bytes.substr(at, act_.size()), "split", piece.wait});
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
        sealed_ = sealed_ || (piece.way == Way::to_server && piece.bytes.starts_with("\x16\x03"));
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
net::Verdict Blocks::opens(const net::Opening&) {
    once_more();
    return how_ == How::resets ? net::Verdict::cuts() : net::Verdict::drops();
}

}  // namespace attack
