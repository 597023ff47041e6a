#include "harness/many/policy_rules.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "harness/many/policy_books.hpp"
#include "sim/policy/postfix_table.hpp"

namespace many {

bool has_mistake(const std::vector<policy::Remark>& remarks) {
    return std::any_of(remarks.begin(), remarks.end(), [](const policy::Remark& one) {
        return one.kind == policy::Remark::Kind::mistake;
    });
}

bool is_here(std::string_view next_hop) {
    const std::string_view host = policy::postfix::host_of(next_hop);
    const bool address = next_hop.starts_with('[') && policy::postfix::is_address(host);
    return host == "localhost" ||
           (address && (host.starts_with("127.") || host == "::1" || host == "ipv6:::1"));
}

void Roll::note(int line, std::string sentence) {
    if (++notes_ <= most_notes)
        out_.remarks.push_back({policy::Remark::Kind::note, file_, line, {}, std::move(sentence)});
}

bool Roll::is_new(const std::string& destination) {
    return out_.partners.size() < most_partners && known_.insert(destination).second;
}

void Roll::add(Partner partner) {
    if (is_here(partner.next_hop))
        return note(0, fmt::format("{} is left out: mail goes to {}, which is the machine itself",
                                   partner.destination, partner.next_hop));
    partner.number = out_.partners.size();
    out_.partners.push_back(std::move(partner));
}

RuleBook Roll::finish(std::vector<policy::Remark> remarks) {
    remarks.insert(remarks.end(), out_.remarks.begin(), out_.remarks.end());
    out_.remarks = std::move(remarks);
    if (out_.partners.size() >= most_partners) out_.remarks.push_back(too_many_partners());
    return std::move(out_);
}

policy::Remark too_many_partners() {
    return {policy::Remark::Kind::mistake,
            {},
            0,
            {},
            fmt::format("expected fewer than {} partners, got more: hand in a part of the table",
                        most_partners)};
}

RuleBook rule_book(const RuleFiles& files, const std::vector<std::string>& listed) {
    if (files.exim) return exim_book(files, listed);
    if (files.opensmtpd) return opensmtpd_book(files, listed);
    return postfix_book(files, listed);
}

}  // namespace many
