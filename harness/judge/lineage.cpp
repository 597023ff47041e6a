#include "harness/judge/lineage.hpp"

#include <set>

namespace judge {

using trace::MailId;

void Lineage::add(MailId mail, MailId parent, bool reports) {
    parents_.try_emplace(mail, Parent{parent, reports});
    children_[parent].push_back(mail);
}

std::vector<MailId> Lineage::descendants(MailId first) const {
    std::vector<MailId> out{first};
    std::set<MailId> met{first};
    for (std::size_t i = 0; i < out.size(); ++i)
        if (const auto below = children_.find(out[i]); below != children_.end())
            for (const MailId child : below->second)
                if (met.insert(child).second) out.push_back(child);
    return out;
}

MailId Lineage::quoted_by(MailId mail) const {
    MailId at = mail;
    bool report = false;
    for (std::size_t steps = 0; steps <= parents_.size(); ++steps) {
        const auto above = parents_.find(at);
        if (above == parents_.end()) break;
        report = report || above->second.reports;
        at = above->second.mail;
    }
    return report ? at : mail;
}

}  // namespace judge
