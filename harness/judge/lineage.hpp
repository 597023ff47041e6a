#pragma once
// Which mail comes from which.
#include <map>
#include <vector>

#include "sim/trace/ids.hpp"

namespace judge {

/// Mails, their copies on later hops, and reports about them.
class Lineage {
  public:
    void copied(trace::MailId mail, trace::MailId from) { add(mail, from, false); }
    void reported(trace::MailId report, trace::MailId about) { add(report, about, true); }

    /// The mail itself, its copies on later hops, reports about them, and so on.
    std::vector<trace::MailId> descendants(trace::MailId first) const;
    /// A report quotes the mail it is about (RFC 3462 section 2), with the trace lines of all hops
    /// before: whoever read one of its copies has read that. The first mail that it goes back to;
    /// of what is no report, the mail itself.
    trace::MailId quoted_by(trace::MailId mail) const;

  private:
    struct Parent {
        trace::MailId mail;
        bool reports = false;
    };
    void add(trace::MailId mail, trace::MailId parent, bool reports);
    std::map<trace::MailId, Parent> parents_;
    std::map<trace::MailId, std::vector<trace::MailId>> children_;
};

}  // namespace judge
