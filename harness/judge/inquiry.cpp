// What a watcher's bytes show: questions of a run that goes on.
#include <algorithm>

#include <fmt/core.h>

#include "harness/judge/judge.hpp"

namespace judge {

using namespace trace;

namespace {

// On which connection something stood that a watcher read, and how he could.
std::string place_of(const Evidence& evidence, const Evidence::Stream& stream) {
    const std::string_view key_of = evidence.key_to(stream);
    return fmt::format("passed on connection {}{}{}",
                       static_cast<std::uint32_t>(std::get<1>(stream)),
                       key_of.empty() ? "" : ", opened with the stolen key of ", key_of);
}

}  // namespace

Finding Inquiry::has_read(HostId watcher, MailId mail, When when) {
    evidence_.read_on();
    const std::optional<Sighting> seen = sightings_.by(watcher, mail);
    if (!seen) return {};
    return {true,
            fmt::format("the words '{}' {}", seen->line.substr(0, 60),
                        place_of(evidence_, seen->stream)),
            when == When::told ? evidence_.grown_to(seen->stream, seen->end) : 0};
}

Finding Inquiry::has_altered(HostId watcher, MailId mail) {
    evidence_.read_on();
    const std::map<HostId, Evidence::Change> changers = evidence_.changers_of(mail);
    const auto found = changers.find(watcher);
    if (found == changers.end()) return {};
    return {true,
            fmt::format("the content changed on connection {}",
                        static_cast<std::uint32_t>(found->second.connection)),
            found->second.event};
}

std::set<MailId> Inquiry::on_all_hops(MailId mail) {
    evidence_.read_on();
    return evidence_.on_all_hops(mail);
}

namespace {

bool stands_in(std::string_view bytes, std::string_view text) {
    return bytes.find(text) != std::string_view::npos;
}

}  // namespace

Finding Inquiry::knows(HostId watcher, std::string_view text) {
    evidence_.read_on();
    for (const auto& [key, bytes] : evidence_.streams)
        if (std::get<0>(key) == watcher && stands_in(bytes, text))
            return {true, "it " + place_of(evidence_, key), 0};
    const auto datagrams = evidence_.datagrams.find(watcher);
    if (datagrams != evidence_.datagrams.end())
        for (const Evidence::Datagram& datagram : datagrams->second)
            if (stands_in(datagram.bytes, text))
                return {true, "it passed in a datagram", datagram.event};
    return {};
}

// A text may begin in what passed before.
Finding Inquiry::has_learnt(HostId watcher, std::string_view text, EventId since) {
    evidence_.read_on();
    const auto is_old = [since](const auto& it) { return it.event <= since; };
    const auto& grown = evidence_.grown;
    for (auto it = std::partition_point(grown.begin(), grown.end(), is_old); it != grown.end();
         ++it) {
        if (std::get<0>(it->stream) != watcher) continue;
        const std::string_view bytes = *it->whole;
        const std::size_t begin = it->from - std::min(it->from, text.size() - 1);
        if (stands_in(bytes.substr(begin, it->from + it->size - begin), text))
            return {true, "it " + place_of(evidence_, it->stream), it->event};
    }
    const auto found = evidence_.datagrams.find(watcher);
    if (found == evidence_.datagrams.end()) return {};
    const std::vector<Evidence::Datagram>& all = found->second;
    for (auto it = std::partition_point(all.begin(), all.end(), is_old); it != all.end(); ++it)
        if (stands_in(it->bytes, text)) return {true, "it passed in a datagram", it->event};
    return {};
}

// RFC 8446 section 5.2: a header of 5 bytes; the tag and the content type are 17 bytes.
std::optional<std::uint64_t> Inquiry::sealed_size(HostId watcher, MailId mail) {
    evidence_.read_on();
    const auto carriers = evidence_.carried_by.find(mail);
    if (carriers == evidence_.carried_by.end()) return std::nullopt;
    const ConnectionId last = *std::max_element(carriers->second.begin(), carriers->second.end());
    const auto stream = evidence_.streams.find({watcher, last, Way::to_server, Layer::clear});
    if (stream == evidence_.streams.end()) return std::nullopt;
    const std::string_view bytes = stream->second;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    std::uint64_t sum = 0;
    bool any = false;
    for (std::size_t at = bytes.find("\x16\x03"); at < bytes.size() && bytes.size() - at >= 5;) {
        const std::size_t size = static_cast<std::size_t>(byte(at + 3)) << 8 | byte(at + 4);
        const bool sealed = byte(at) == 23;
        if (sealed && size >= 17) sum += size - 17;
        any = any || sealed;
        at += 5 + size;
    }
    if (!any) return std::nullopt;
    return sum;
}

}  // namespace judge
