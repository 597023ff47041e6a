#include "sim/attack/lines.hpp"

#include <algorithm>

#include "sim/core/text.hpp"
#include "sim/tls/records.hpp"

namespace attack {

namespace {

std::size_t index(Way way) { return way == Way::to_server ? 0 : 1; }

std::string verb_of(const std::string& line) { return upper(line.substr(0, line.find(' '))); }

}  // namespace

LineFilter::LineFilter(const Passing& first, Layer layer)
    : layer_(layer),
      client_(first.way == Way::to_server ? first.from : first.to),
      server_(first.way == Way::to_server ? first.to : first.from) {}

// A handshake record of the client where a line could begin: from here on nothing is readable (RFC
// 8446 section 5.1).
bool LineFilter::begins_tls(Way way, std::string_view bytes) const {
    return layer_ == Layer::clear && way == Way::to_server && !in_data_ &&
           tls::begins_handshake(bytes);
}

void LineFilter::follow(Way way, const std::string& line) {
    if (way == Way::to_server) {
        if (in_data_ && line == ".")
            in_data_ = false;
        else if (!in_data_)
            asked_data_ = verb_of(line) == "DATA";
    } else if (asked_data_ && line.starts_with("354")) {
        asked_data_ = false;
        in_data_ = true;
    }
}

void LineFilter::pass(Piece piece, Out& out) {
    std::string& held = held_[index(piece.way)];
    if (sealed_ && held.empty()) return out.send(std::move(piece));
    const std::string seen = held + piece.bytes;
    held.clear();
    std::string after;
    bool changed = false;
    std::size_t at = 0;
    while (!sealed_) {
        sealed_ = begins_tls(piece.way, std::string_view(seen).substr(at));
        const std::size_t end = seen.find("\r\n", at);
        if (sealed_ || end == std::string::npos) break;
        const std::string line = seen.substr(at, end - at);
        const std::optional<std::string> other = edit(piece.way, line, out);
        changed = changed || other.has_value();
        after += other ? *other : line + "\r\n";
        follow(piece.way, line);
        at = end + 2;
    }
    if (at < seen.size() && (piece.mark != Mark::none || sealed_))
        after += seen.substr(at);  // a line that will never end
    else
        held = seen.substr(at);
    if (after == piece.bytes) return out.send(std::move(piece));
    if (after.empty() && piece.mark == Mark::none) return;  // held back, or taken out
    piece.bytes = std::move(after);
    piece.why = changed ? why() : "held back until the line is whole";
    out.send(std::move(piece));
}

std::string LineFilter::let_go(Way way) {
    return collected(way) + std::exchange(held_[index(way)], {});
}

// ---- strips

Strips::Strips(std::string keyword) : keyword_(upper(keyword)) {}

std::string without_keyword(const std::string& reply, const std::string& keyword) {
    std::vector<std::string> kept;
    std::size_t count = 0;
    for (std::size_t at = 0; at < reply.size(); ++count) {
        const std::size_t end = std::min(reply.find("\r\n", at), reply.size());
        const std::string line = reply.substr(at, end - at);
        const bool carries =
            line.size() >= 5 && upper(line.substr(4, line.find(' ', 4) - 4)) == keyword;
        if (count == 0 || !carries) kept.push_back(line);
        at = end + 2;
    }
    if (kept.size() == count) return reply;
    if (kept.back().size() > 3 && kept.back()[3] == '-') kept.back()[3] = ' ';
    std::string out;
    for (const std::string& line : kept) out += line + "\r\n";
    return out;
}

namespace {

// Lines of a reply are collected until the last one is there.
class StripsFilter final : public LineFilter {
  public:
    StripsFilter(Strips& act, const Passing& first, Layer layer)
        : LineFilter(first, layer), act_(act) {}

  private:
    std::optional<std::string> edit(Way way, const std::string& line, Out&) override {
        if (way == Way::to_server) return std::nullopt;
        if (!line.starts_with("250")) {
            if (reply_.empty()) return std::nullopt;
            return std::exchange(reply_, {}) + line + "\r\n";
        }
        reply_ += line + "\r\n";
        if (line.size() > 3 && line[3] == '-') return "";
        const std::string whole = std::exchange(reply_, {});
        const std::string after = without_keyword(whole, act_.keyword());
        if (after != whole && act_.once_more()) return after;
        if (whole == line + "\r\n") return std::nullopt;
        return whole;
    }
    std::string collected(Way way) override {
        return way == Way::to_client ? std::exchange(reply_, {}) : std::string();
    }
    std::string_view why() const override { return "capability deleted"; }
    Strips& act_;
    std::string reply_;
};

}  // namespace

std::unique_ptr<Filter> Strips::on(const Passing& first, Layer layer) {
    return std::make_unique<StripsFilter>(*this, first, layer);
}

// ---- answers

class AnswersFilter final : public LineFilter {
  public:
    AnswersFilter(Answers& act, const Passing& first, Layer layer)
        : LineFilter(first, layer), act_(act) {}

  private:
    std::optional<std::string> edit(Way way, const std::string& line, Out& out) override {
        const bool meant = way == Way::to_server && !in_data() && verb_of(line) == act_.command_;
        if (!meant || !act_.once_more()) return std::nullopt;
        out.send({Way::to_client, Mark::none, act_.reply_, "answers in the receiver's place", {}});
        if (act_.passes_on_) return std::nullopt;
        return "";
    }
    std::string_view why() const override { return "command held back"; }
    Answers& act_;
};

Answers::Answers(std::string command, std::string reply, bool passes_on)
    : command_(upper(command)), reply_(std::move(reply)), passes_on_(passes_on) {}

std::unique_ptr<Filter> Answers::on(const Passing& first, Layer layer) {
    return std::make_unique<AnswersFilter>(*this, first, layer);
}

// ---- replaces

class ReplacesFilter final : public LineFilter {
  public:
    ReplacesFilter(Replaces& act, const Passing& first, Layer layer)
        : LineFilter(first, layer), act_(act) {}

  private:
    std::optional<std::string> edit(Way way, const std::string& line, Out&) override {
        if (!act_.towards.meant(writer(way), reader(way))) return std::nullopt;
        std::string after = line + "\r\n";
        bool changed = false;
        for (std::size_t at = after.find(act_.text_); at != std::string::npos;
             at = after.find(act_.text_, at + act_.with_.size())) {
            if (!act_.once_more()) break;
            after.replace(at, act_.text_.size(), act_.with_);
            changed = true;
        }
        if (!changed) return std::nullopt;
        return after;
    }
    std::string_view why() const override { return "text replaced"; }
    Replaces& act_;
};

std::unique_ptr<Filter> Replaces::on(const Passing& first, Layer layer) {
    return std::make_unique<ReplacesFilter>(*this, first, layer);
}

// ---- rewrites

class RewritesFilter final : public LineFilter {
  public:
    RewritesFilter(Rewrites& act, const Passing& first, Layer layer)
        : LineFilter(first, layer), act_(act) {}

  private:
    std::optional<std::string> edit(Way way, const std::string& line, Out&) override {
        if (!act_.towards.meant(writer(way), reader(way)) || act_.spent()) return std::nullopt;
        const std::string after = act_.function_(line, reader(way));
        if (after == line) return std::nullopt;
        act_.once_more();
        return after + "\r\n";
    }
    std::string_view why() const override { return "line rewritten"; }
    Rewrites& act_;
};

std::unique_ptr<Filter> Rewrites::on(const Passing& first, Layer layer) {
    return std::make_unique<RewritesFilter>(*this, first, layer);
}

}  // namespace attack
