#pragma once
// What a sender wants to be told of its mail: the parameters of RFC 3461.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace smtp {

/// How much of the mail a report of its failure quotes (RFC 3461 section 4.3).
enum class Return : std::uint8_t { unsaid, full, headers };
/// What a report may be about (RFC 3461 section 4.1).
enum class News : std::uint8_t { success, failure };

/// What was said of one recipient.
struct RecipientWish {
    std::string notify;    ///< As in the parameter NOTIFY: "SUCCESS,FAILURE"; empty: unsaid.
    std::string original;  ///< As in ORCPT: "rfc822;bob@bob.example", in xtext; empty: unsaid.
    /// Where nothing was said, failures are reported.
    bool wants(News news) const;
    bool never() const;
};

/// What was said of the mail, and of its recipients.
struct Wishes {
    Return quoted = Return::unsaid;
    std::string envelope_id;                          ///< As in ENVID, in xtext; empty: unsaid.
    std::map<std::string, RecipientWish> recipients;  ///< By address; who is missing said nothing.

    RecipientWish of(const std::string& address) const;
    /// Was anything said about the mail, or about this recipient?
    bool any(const std::string& address) const;
};

/// RFC 3461 section 4: printable ASCII without blanks, "+" and "=", which stand as "+2B".
std::string to_xtext(std::string_view text);
/// Nothing where it is no xtext, or not of printable characters: what is in a report is a line.
std::optional<std::string> from_xtext(std::string_view text);

/// What a parameter of MAIL or RCPT was.
enum class Parameter : std::uint8_t { unknown, taken, ill };
Parameter take_mail_parameter(Wishes& wishes, std::string_view keyword, const std::string& value);
Parameter take_rcpt_parameter(RecipientWish& wish, std::string_view keyword,
                              const std::string& value);
/// As they stand behind MAIL and RCPT: " RET=HDRS ENVID=QQ314159", or nothing.
std::string mail_parameters(const Wishes& wishes);
std::string rcpt_parameters(const RecipientWish& wish);

}  // namespace smtp
