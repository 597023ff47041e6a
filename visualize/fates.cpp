#include "visualize/fates.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace visualize {

using namespace trace;

MailId Fates::first_of(MailId mail) const {
    const auto known = first_.find(mail);
    return known == first_.end() ? mail : known->second;
}

void Fates::tell(MailId mail, std::string_view recipient, std::string fate) {
    std::vector<Last>& all = last_[first_of(mail)];
    const auto known = std::find_if(all.begin(), all.end(),
                                    [&](const Last& l) { return l.recipient == recipient; });
    if (known == all.end())
        all.push_back({std::string(recipient), std::move(fate)});
    else
        known->fate = std::move(fate);
}

void Fates::hear(const Event& event) {
    if (const auto* sent = event.as<MailSubmitted>())
        mails_.push_back({sent->mail, std::string(sent->to)});
    else if (const auto* content = event.as<ContentSent>())
        carried_[content->connection] = content->mail;
    else if (const auto* relayed = event.as<MailRelayed>())
        first_[relayed->mail] = first_of(carried_[relayed->connection]);
    else if (const auto* done = event.as<MailDelivered>())
        tell(done->mail, done->recipient, "was delivered");
    else if (const auto* later = event.as<MailDeferred>())
        tell(later->mail, later->recipient, fmt::format("waits ({})", word(later->reason)));
    else if (const auto* back = event.as<MailBounced>())
        tell(back->mail, back->recipient, fmt::format("bounced ({})", word(back->reason)));
}

std::string Fates::story() const {
    constexpr std::size_t most = 8;
    std::vector<std::string> fates;
    for (const Mail& mail : mails_) {
        const auto number = static_cast<std::uint32_t>(mail.id);
        const auto known = last_.find(mail.id);
        if (known == last_.end()) {
            fates.push_back(fmt::format("mail {} to {} is in the queue", number, mail.to));
            continue;
        }
        for (const Last& last : known->second)
            fates.push_back(fmt::format("mail {} to {} {}", number, last.recipient, last.fate));
    }
    if (fates.empty()) return {};
    const std::size_t left = fates.size() > most ? fates.size() - most : 0;
    if (left > 0) fates.resize(most);
    return fmt::format("{} mail{}: {}{}.", mails_.size(), mails_.size() == 1 ? "" : "s",
                       fmt::join(fates, ", "), left > 0 ? fmt::format(", and {} more", left) : "");
}

}  // namespace visualize
