// Users' certificates, and mail that is sealed for them (RFC 8551).
#include <fmt/core.h>

#include "harness/script/play.hpp"
#include "sim/core/text.hpp"
#include "sim/mta/smime.hpp"
#include "sim/trace/trace.hpp"

namespace script {

// A user's certificate and key, by address.
Value Play::certify_user(const Value& a) {
    const std::string& address = a[0].text();
    tls::CertificateWish wish;
    wish.owner = "user " + address;
    wish.authority = "Lab Mail CA";
    wish.common_name = address;
    wish.names = {address};  // as rfc822Name (RFC 8550 section 3)
    wish.usage = tls::Usage::mail;
    wish.key_usage = tls::key_agreement;  // RFC 8550 section 4.4.2
    wish.valid_from = world_->loop().begins() - days(30);
    wish.valid_until = world_->loop().begins() + days(365);
    readers_[lower(address)] = world_->mint().issue(wish);
    return well(nullptr);
}

// Gives the message with its body sealed; what stood in it is told to the trace.
std::string Play::sealed(const Host& host, const smtp::Message& message) {
    std::vector<std::string> certificates;
    std::string readers;
    for (const std::string& address : message.envelope.recipients) {
        const auto reader = readers_.find(lower(address));
        if (reader == readers_.end())
            throw Unfit{fmt::format("{} has no certificate for S/MIME", address)};
        certificates.push_back(tls::chain_der(*reader->second).front());
        readers += (readers.empty() ? "" : ", ") + address;
    }
    const std::string_view text =
        std::string_view(message.content).substr(message.content.find("\r\n\r\n") + 4);
    trace::Trace& trace = world_->trace();
    trace.add(host.gateway->host,
              trace::MailSealed{message.id, trace.keep(readers), trace.keep(text)});
    Chance chance =
        world_->chance(fmt::format("seal of mail {}", static_cast<std::uint32_t>(message.id)));
    return mta::smime::sealed(world_->library(), chance, message.content, certificates);
}

// The text of a message, as the user of that address reads it.
std::optional<std::string> Play::opened_for(std::string_view address, std::string_view message) {
    const auto reader = readers_.find(lower(address));
    if (reader == readers_.end()) return std::nullopt;
    return mta::smime::opened(world_->library(), message, *reader->second);
}

// How often the user of a workstation had to choose whom a mail is protected for, and how.
Value Play::decisions(const Value& a) {
    return well(mailboxes().decisions(host(a[0]).gateway->host));
}

}  // namespace script
