#include "sim/attack.hpp"

#include <algorithm>
#include <string_view>

#include "sim/core/text.hpp"

namespace sim {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\r\n", at);
        const std::size_t stop = end == std::string::npos ? text.size() : end;
        out.push_back(text.substr(at, stop - at));
        at = end == std::string::npos ? text.size() : end + 2;
    }
    return out;
}

bool carries(const std::string& line, const std::vector<std::string>& keywords) {
    if (line.size() < 5) return false;
    const std::string keyword = core::upper(line.substr(4, line.find(' ', 4) - 4));
    return std::find(keywords.begin(), keywords.end(), keyword) != keywords.end();
}

// The last line of an EHLO reply has come, or what passes is no reply of several lines at all.
bool reply_is_whole(const std::string& text) {
    if (!text.ends_with("\r\n")) return false;
    const std::vector<std::string> lines = lines_of(text);
    return lines.empty() || lines.back().size() < 4 || lines.back()[3] != '-';
}

}  // namespace

std::string without_keywords(const std::string& reply, const std::vector<std::string>& keywords) {
    std::vector<std::string> kept;
    const std::vector<std::string> lines = lines_of(reply);
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (i == 0 || !carries(lines[i], keywords)) kept.push_back(lines[i]);
    if (kept.size() == lines.size()) return reply;
    if (kept.back().size() > 3 && kept.back()[3] == '-') kept.back()[3] = ' ';
    std::string out;
    for (const std::string& line : kept) out += line + "\r\n";
    return out;
}

// Whoever acts is there, though he may have left before.
void Attacker::strip(std::string keyword) {
    stripped_.push_back(core::upper(keyword));
    here_ = true;
}

net::Verdict Attacker::judge(const net::Passing& passing) {
    if (passing.connection == net::ConnectionId::none || stripped_.empty())
        return net::Verdict::passes();
    Flow& flow = flows_[passing.connection];
    if (passing.way == net::Way::to_server) {
        // A handshake record from the client: what follows is sealed (RFC 8446 section 5.1).
        if (passing.bytes.starts_with("\x16\x03")) flow.sealed = true;
        return net::Verdict::passes();
    }
    if (!here_ && flow.held.empty()) return net::Verdict::passes();
    return strip_from(flow, passing);
}

net::Verdict Attacker::strip_from(Flow& flow, const net::Passing& passing) {
    if (flow.sealed || (flow.held.empty() && !passing.bytes.starts_with("250")))
        return net::Verdict::passes();
    const std::string seen = flow.held + std::string(passing.bytes);
    const bool whole = reply_is_whole(seen) || passing.mark != net::Mark::none || !here_;
    if (!whole) {
        flow.held = seen;
        return net::Verdict::alters({}, "held back until the reply is whole");
    }
    const std::string after = here_ ? without_keywords(seen, stripped_) : seen;
    flow.held.clear();
    if (after == passing.bytes) return net::Verdict::passes();
    return net::Verdict::alters(after, "capability deleted");
}

}  // namespace sim
