#pragma once
// What becomes of mails.
#include "sim/trace/ids.hpp"

namespace trace {

struct MailSubmitted {
    static constexpr std::string_view name = "mail-submitted";
    MailId mail;
    std::string_view from, to, message_id, content;
    void fields(auto&& f) const {
        f("mail", mail), f("from", from), f("to", to), f("message_id", message_id),
            f("content", content);
    }
};
/// Its author's mail program has sealed the body for the readers alone (RFC 8551): `text` is what
/// stands in it, `readers` whose certificates were taken.
struct MailSealed {
    static constexpr std::string_view name = "mail-sealed";
    MailId mail;
    std::string_view readers, text;
    void fields(auto&& f) const { f("mail", mail), f("readers", readers), f("text", text); }
};
struct DeliveryStarted {
    static constexpr std::string_view name = "delivery-started";
    MailId mail;
    std::string_view domain, level;
    std::uint32_t attempt;
    void fields(auto&& f) const {
        f("mail", mail), f("domain", domain), f("level", level), f("attempt", attempt);
    }
};
struct HostTried {
    static constexpr std::string_view name = "host-tried";
    MailId mail;
    ConnectionId connection;
    std::string_view server, address;
    Demanded demanded;
    void fields(auto&& f) const {
        f("mail", mail), f("connection", connection), f("server", server), f("address", address),
            f("demanded", demanded);
    }
};
struct PolicyJudged {
    static constexpr std::string_view name = "policy-judged";
    ConnectionId connection;
    Ruling ruling;
    Peer peer;
    Reason reason;
    std::string_view level, why;
    void fields(auto&& f) const {
        f("connection", connection), f("ruling", ruling), f("peer", peer), f("reason", reason),
            f("level", level), f("why", why);
    }
};
/// Less protection than was hoped for: never silent.
struct Downgraded {
    static constexpr std::string_view name = "downgraded";
    MailId mail;
    ConnectionId connection;
    std::string_view why;
    void fields(auto&& f) const { f("mail", mail), f("connection", connection), f("why", why); }
};
struct MailDelivered {
    static constexpr std::string_view name = "mail-delivered";
    MailId mail;
    ConnectionId connection;
    std::string_view recipient, server, code, text;
    void fields(auto&& f) const {
        f("mail", mail), f("connection", connection), f("recipient", recipient),
            f("server", server), f("code", code), f("text", text);
    }
};
struct MailDeferred {
    static constexpr std::string_view name = "mail-deferred";
    MailId mail;
    Reason reason;
    std::string_view recipient, code, detail;
    Instant next_try;
    /// Told at `at`, it ends no attempt: the next host is tried at once, and may get the mail a
    /// second time.
    bool forewarns(Instant at) const { return next_try <= at; }
    void fields(auto&& f) const {
        f("mail", mail), f("reason", reason), f("recipient", recipient), f("code", code),
            f("detail", detail), f("next_try", next_try);
    }
};
struct MailBounced {
    static constexpr std::string_view name = "mail-bounced";
    MailId mail;
    Reason reason;
    std::string_view recipient, code, detail;
    void fields(auto&& f) const {
        f("mail", mail), f("reason", reason), f("recipient", recipient), f("code", code),
            f("detail", detail);
    }
};
/// The sender's own gateway hands the non-delivery report to the sender (RFC 5321 section 6.1).
struct BounceReturned {
    static constexpr std::string_view name = "bounce-returned";
    MailId mail;
    std::string_view to, content;
    void fields(auto&& f) const { f("mail", mail), f("to", to), f("content", content); }
};
/// The report travels as a mail of its own, to whoever the return path names (RFC 3464 section 2).
struct BounceSent {
    static constexpr std::string_view name = "bounce-sent";
    MailId mail, bounce;
    std::string_view to, content;
    void fields(auto&& f) const {
        f("mail", mail), f("bounce", bounce), f("to", to), f("content", content);
    }
};
/// What crossed on `connection` was delivered, or went on to a server that sends no reports, and
/// the sender had asked to be told (RFC 3461 section 5.2). `report` is the mail that says so; none:
/// the sender is one of the host's own people, and gets it handed over.
struct DeliveryReported {
    static constexpr std::string_view name = "delivery-reported";
    ConnectionId connection;
    MailId report;
    std::string_view action;  ///< RFC 3464 section 2.3.3: delivered, relayed.
    std::string_view to, content;
    void fields(auto&& f) const {
        f("connection", connection), f("report", report), f("action", action), f("to", to),
            f("content", content);
    }
};
/// A TLS report for a day that is over (RFC 8460): its counts over all policies, and its JSON.
struct TlsReportMade {
    static constexpr std::string_view name = "tls-report-made";
    std::string_view domain;
    Instant day;
    std::uint64_t successes;
    std::string_view failures;  ///< "starttls-not-supported=3", lines parted by LF.
    std::string_view file_name, content;
    void fields(auto&& f) const {
        f("domain", domain), f("day", day), f("successes", successes), f("failures", failures),
            f("file_name", file_name), f("content", content);
    }
};
/// It leaves as the mail `mail`.
struct TlsReportSent {
    static constexpr std::string_view name = "tls-report-sent";
    MailId mail;
    std::string_view to, content;
    void fields(auto&& f) const { f("mail", mail), f("to", to), f("content", content); }
};
/// It was posted: RFC 8460 section 5.4.
struct TlsReportPosted {
    static constexpr std::string_view name = "tls-report-posted";
    std::string_view domain, to;
    std::uint16_t status;
    void fields(auto&& f) const { f("domain", domain), f("to", to), f("status", status); }
};
/// It could not be posted yet (RFC 8460 section 5.5).
struct TlsReportDelayed {
    static constexpr std::string_view name = "tls-report-delayed";
    std::string_view domain, to, why;
    Instant next_try;
    void fields(auto&& f) const {
        f("domain", domain), f("to", to), f("why", why), f("next_try", next_try);
    }
};
/// Nor could it be posted in a whole day: it is given up.
struct TlsReportLost {
    static constexpr std::string_view name = "tls-report-lost";
    std::string_view domain, to, why;
    void fields(auto&& f) const { f("domain", domain), f("to", to), f("why", why); }
};
/// A domain's collector of reports, `box`, believes one that came `from` a reporter.
struct TlsReportTaken {
    static constexpr std::string_view name = "tls-report-taken";
    std::string_view box, from, domain;
    std::string_view day;  ///< Its first moment, in the report's own words.
    std::uint64_t successes;
    std::string_view failures;  ///< As in TlsReportMade.
    std::string_view notes;     ///< What is not as RFC 8460 has it, and was read all the same.
    void fields(auto&& f) const {
        f("box", box), f("from", from), f("domain", domain), f("day", day),
            f("successes", successes), f("failures", failures), f("notes", notes);
    }
};
/// Nobody may believe this one (RFC 8460 section 3, A33).
struct TlsReportRefused {
    static constexpr std::string_view name = "tls-report-refused";
    std::string_view box, from;
    Reason reason;
    std::string_view why;
    void fields(auto&& f) const {
        f("box", box), f("from", from), f("reason", reason), f("why", why);
    }
};
/// A gateway sends on what it took on `connection`; on this hop it is the mail `mail`.
struct MailRelayed {
    static constexpr std::string_view name = "mail-relayed";
    MailId mail;
    ConnectionId connection;
    std::string_view from, to, content;
    void fields(auto&& f) const {
        f("mail", mail), f("connection", connection), f("from", from), f("to", to),
            f("content", content);
    }
};
/// A scanner has looked into a message, before its host answered for it.
struct MailScanned {
    static constexpr std::string_view name = "mail-scanned";
    ConnectionId connection;
    std::string_view found, where;  ///< Empty: nothing was found.
    std::string_view unread;        ///< What it could not look into, and why; empty: nothing.
    std::string_view so;            ///< "passes", "refuses", "quarantines", "marks".
    void fields(auto&& f) const {
        f("connection", connection), f("found", found), f("where", where), f("unread", unread),
            f("so", so);
    }
};
/// A receiver has taken responsibility for a message (RFC 5321 section 6.1).
struct MailKept {
    static constexpr std::string_view name = "mail-kept";
    ConnectionId connection;
    std::string_view from, to, queue_id;
    std::string_view received;  ///< The trace line it was given (RFC 5321 section 4.4).
    void fields(auto&& f) const {
        f("connection", connection), f("from", from), f("to", to), f("queue_id", queue_id),
            f("received", received);
    }
};

}  // namespace trace
