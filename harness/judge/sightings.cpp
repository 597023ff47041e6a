#include "harness/judge/sightings.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace judge {

using namespace trace;

namespace {

constexpr std::size_t telling = 16;  // bytes; an SMTP command may be as long as less

// Calls f(line) for each line, and where a dot may have been added on the way (RFC 5321 section
// 4.5.2) for the line without it, until it says to stop.
template <class F>
bool any_line(std::string_view bytes, F f) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find("\r\n");
        const std::string_view line = bytes.substr(0, end);
        if (f(line) || (line.starts_with("..") && f(line.substr(1)))) return true;
        bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 2);
    }
    return false;
}

std::size_t hash_of(std::string_view text) { return std::hash<std::string_view>()(text); }

// Whether the first '>' after each of its places in a text is its own end, so that it is filed.
bool is_filed(std::string_view id) {
    return id.size() > 2 && id.front() == '<' && id.find('>') == id.size() - 1 &&
           id.find('<', 1) == std::string_view::npos && id.find('\n') == std::string_view::npos;
}

template <class Files>
void add(Files& files, std::string_view text, const Evidence::Stream& stream) {
    auto& places = files[hash_of(text)];
    if (places.empty() || places.back() != stream) places.push_back(stream);
}

}  // namespace

void Sightings::file_line(std::string_view line, const Stream& stream) {
    add(lines_, line, stream);
    if (line.starts_with("..")) add(lines_, line.substr(1), stream);
    for (std::size_t at = line.find('<'); at != std::string_view::npos; at = line.find('<', at + 1))
        if (const std::size_t end = line.find('>', at); end != std::string_view::npos)
            add(ids_, line.substr(at, end + 1 - at), stream);
        else
            break;
}

// A line that has not ended is filed each time; one place too many does no harm.
void Sightings::file(const Stream& stream) {
    const std::string_view bytes = evidence_.streams.at(stream);
    Filed& filed = filed_[stream];
    if (filed.size == bytes.size()) return;
    filed.size = bytes.size();
    for (std::size_t end; filed.line < bytes.size(); filed.line = end + 2) {
        end = bytes.find("\r\n", filed.line);
        file_line(bytes.substr(filed.line, end - filed.line), stream);
        if (end == std::string_view::npos) return;
    }
}

void Sightings::read_on() {
    for (; grown_ < evidence_.grown.size(); ++grown_) file(evidence_.grown[grown_].stream);
    for (; told_ < evidence_.told.size(); ++told_) {
        const MailId mail = evidence_.told[told_];
        any_line(evidence_.contents.at(mail), [&](std::string_view line) {
            Owner& owner = owners_.try_emplace(line, Owner{mail}).first->second;
            owner.alone = owner.alone && owner.mail == mail;
            return false;
        });
    }
}

// As a line, or within one: bytes may have been cut.
bool Sightings::shared(std::string_view line, MailId mail) {
    Owner& owner = owners_.try_emplace(line, Owner{mail}).first->second;
    for (; owner.alone && owner.compared < told_; ++owner.compared) {
        const MailId other = evidence_.told[owner.compared];
        owner.alone = other == owner.mail ||
                      evidence_.contents.at(other).find(line) == std::string_view::npos;
    }
    return !owner.alone || owner.mail != mail;
}

std::set<Sightings::Stream> Sightings::places_of(MailId mail,
                                                 const std::vector<std::string_view>& words) {
    std::set<Stream> out;
    const auto insert = [&](const auto& files, std::string_view text) {
        const auto found = files.find(hash_of(text));
        if (found != files.end()) out.insert(found->second.begin(), found->second.end());
    };
    for (const std::string_view line : words)
        if (line.size() >= telling && lines_.contains(hash_of(line)) && !shared(line, mail))
            insert(lines_, line);
    const auto id = evidence_.message_ids.find(mail);
    if (id == evidence_.message_ids.end()) return out;
    if (is_filed(id->second))
        insert(ids_, id->second);
    else
        for (const auto& [stream, bytes] : evidence_.streams) out.insert(stream);
    return out;
}

std::optional<Sighting> Sightings::seen_in(const Stream& stream, MailId mail,
                                           const std::set<std::string_view>& lines) {
    const std::string_view seen = evidence_.streams.at(stream);
    std::optional<std::size_t> id_end;  // of its Message-ID; 0: it is not there
    std::optional<Sighting> found;
    any_line(seen, [&](std::string_view line) {
        if (!lines.contains(line)) return false;
        if (line.size() < telling || shared(line, mail)) {
            // A sealed mail's Message-ID is in the clear, and tells nothing of its body.
            if (evidence_.sealed_texts.contains(mail)) return false;
            const auto id = evidence_.message_ids.find(mail);
            if (!id_end) {
                const std::size_t at = id == evidence_.message_ids.end() ? std::string_view::npos
                                                                         : seen.find(id->second);
                id_end = at == std::string_view::npos ? 0 : at + id->second.size();
            }
            if (*id_end == 0) return false;
        }
        const auto end = static_cast<std::size_t>(line.data() + line.size() - seen.data());
        found = Sighting{std::get<0>(stream), line, std::get<1>(stream), stream,
                         std::max(end, id_end.value_or(0))};
        return true;
    });
    return found;
}

std::vector<Sighting> Sightings::of(MailId mail) {
    read_on();
    const std::vector<std::string_view> words = evidence_.words_of(mail);
    const std::set<std::string_view> lines(words.begin(), words.end());
    std::vector<Sighting> out;
    for (const Stream& stream : places_of(mail, words)) {
        // What the network itself does to a segment, nobody has seen.
        if (!evidence_.watchers.contains(std::get<0>(stream))) continue;
        if (!out.empty() && out.back().watcher == std::get<0>(stream)) continue;
        if (const std::optional<Sighting> seen = seen_in(stream, mail, lines)) out.push_back(*seen);
    }
    return out;
}

std::set<std::pair<ConnectionId, HostId>> Sightings::everywhere(MailId mail) {
    read_on();
    const std::vector<std::string_view> words = evidence_.words_of(mail);
    const std::set<std::string_view> lines(words.begin(), words.end());
    std::set<std::pair<ConnectionId, HostId>> out;
    for (const Stream& stream : places_of(mail, words)) {
        const std::pair place{std::get<1>(stream), std::get<0>(stream)};
        if (evidence_.watchers.contains(place.second) && !out.contains(place) &&
            seen_in(stream, mail, lines))
            out.insert(place);
    }
    return out;
}

std::optional<Sighting> Sightings::by(HostId watcher, MailId mail) {
    for (const Sighting& sighting : of(mail))
        if (sighting.watcher == watcher) return sighting;
    return std::nullopt;
}

}  // namespace judge
