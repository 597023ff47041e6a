#pragma once
// DKIM as reports need it: RFC 6376 with RFC 8301, rsa-sha256 alone. Pure: text in, text out; DNS
// is asked by the caller.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/core/units.hpp"
#include "sim/tls/signing.hpp"

namespace mta::dkim {

struct Signer {
    std::string domain;    ///< d=
    std::string selector;  ///< s=
    tls::SigningKey key;
    core::Instant now;  ///< t=
};

/// "SELECTOR._domainkey.DOMAIN": section 3.6.2.1.
std::string key_name(std::string_view selector, std::string_view domain);
/// The text of the TXT record there, for reports alone: s=tlsrpt (RFC 8460 section 3, RPT-04). It
/// is longer than 255 bytes: as a record, it has several strings.
std::string key_record(const tls::SigningKey& key);

/// The message, lines ended by CRLF, with a DKIM-Signature on top: relaxed/relaxed, all of the body
/// (no l=, RPT-04). Every field that is signed is listed once more than it is there, so that none
/// can be added (section 5.4.2).
std::string sign(std::string_view message, const Signer& signer);

/// Where the keys of the message's signatures are: what to ask DNS for before `verify`.
std::vector<std::string> key_names(std::string_view message);
/// The TXT records of a name, one string a record, its parts joined.
using KeyLookup = std::function<std::vector<std::string>(const std::string& name)>;
/// The domain whose signature holds: section 6.1. A Failure says report-invalid, and what is wrong
/// with the last signature that was tried.
core::Result<std::string> verify(std::string_view message, const KeyLookup& lookup);

}  // namespace mta::dkim
