#include "harness/judge/mailboxes.hpp"

#include <algorithm>
#include <string>

#include "harness/judge/evidence.hpp"

namespace judge {
namespace {

// The text of the first header field Subject, and what stands behind the headers.
struct Text {
    std::string_view subject, body;
    friend bool operator==(const Text&, const Text&) = default;
};

Text text_of(std::string_view content) {
    Text out;
    constexpr std::string_view field = "Subject:";
    while (!content.empty()) {
        const std::size_t end = std::min(content.find("\r\n"), content.size());
        const std::string_view line = content.substr(0, end);
        content.remove_prefix(std::min(end + 2, content.size()));
        if (line.empty()) break;
        if (out.subject.empty() && line.starts_with(field)) out.subject = line.substr(field.size());
    }
    out.body = content;
    return out;
}

}  // namespace

void Mailboxes::read_on() {
    while (read_ < trace_.size()) {
        const trace::Event& event = trace_.at(++read_);
        if (const auto* submitted = event.as<trace::MailSubmitted>())
            written_.emplace(submitted->mail, submitted->content);
        if (const auto* sealed = event.as<trace::MailSealed>()) {
            sealed_.emplace(sealed->mail, sealed->text);
            decisions_[event.host] += split_addresses(sealed->readers).size();
        }
        if (const auto* received = event.as<trace::ContentReceived>())
            received_[received->connection] = received->bytes;
        if (const auto* scan = event.as<trace::MailScanned>())
            scans_.insert_or_assign({event.host, message_id_of(received_[scan->connection])},
                                    *scan);
        if (const auto* kept = event.as<trace::MailKept>()) {
            const std::string_view content = received_[kept->connection];
            for (const std::string& recipient : split_addresses(kept->to)) {
                Place& place = kept_[{event.host, message_id_of(content), recipient}];
                if (place.contents.empty()) place.first = event.id;
                place.contents.push_back(content);
            }
        }
    }
}

const trace::MailScanned* Mailboxes::scanned(trace::HostId host, trace::MailId mail) {
    read_on();
    const auto found = scans_.find({host, message_id_of(written_.at(mail))});
    return found == scans_.end() ? nullptr : &found->second;
}

const Mailboxes::Place* Mailboxes::place_of(trace::HostId host, trace::MailId mail,
                                            std::string_view recipient) {
    read_on();
    const auto found = kept_.find({host, message_id_of(written_.at(mail)), std::string(recipient)});
    return found == kept_.end() ? nullptr : &found->second;
}

bool Mailboxes::as_written(trace::MailId mail, std::string_view recipient,
                           std::string_view content) {
    const Text wanted = text_of(written_.at(mail)), got = text_of(content);
    const auto sealed = sealed_.find(mail);
    if (sealed == sealed_.end()) return got == wanted;
    return got.subject == wanted.subject && open_(recipient, content) == sealed->second;
}

std::uint64_t Mailboxes::decisions(trace::HostId workstation) {
    read_on();
    const auto found = decisions_.find(workstation);
    return found == decisions_.end() ? 0 : found->second;
}

Kept Mailboxes::holds(trace::HostId host, trace::MailId mail, std::string_view recipient) {
    const Place* const place = place_of(host, mail, recipient);
    if (place == nullptr) return Kept::no;
    const bool whole =
        std::any_of(place->contents.begin(), place->contents.end(),
                    [&](std::string_view content) { return as_written(mail, recipient, content); });
    return whole ? Kept::as_written : Kept::changed;
}

trace::EventId Mailboxes::kept_by(trace::HostId host, trace::MailId mail,
                                  std::string_view recipient) {
    const Place* const place = place_of(host, mail, recipient);
    return place == nullptr ? 0 : place->first;
}

}  // namespace judge
