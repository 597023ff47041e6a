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
        if (const auto* received = event.as<trace::ContentReceived>())
            received_[received->connection] = received->bytes;
        if (const auto* kept = event.as<trace::MailKept>()) {
            const std::string_view content = received_[kept->connection];
            for (const std::string& recipient : split_addresses(kept->to))
                kept_[{event.host, message_id_of(content), recipient}].push_back(content);
        }
    }
}

Kept Mailboxes::holds(trace::HostId host, trace::MailId mail, std::string_view recipient) {
    read_on();
    const std::string_view written = written_.at(mail);
    const auto found = kept_.find({host, message_id_of(written), std::string(recipient)});
    if (found == kept_.end()) return Kept::no;
    const Text wanted = text_of(written);
    const bool whole =
        std::any_of(found->second.begin(), found->second.end(),
                    [&](std::string_view content) { return text_of(content) == wanted; });
    return whole ? Kept::as_written : Kept::changed;
}

}  // namespace judge
