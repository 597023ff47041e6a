#pragma once
// What a company's scanner makes of the mail that passes it: it decodes transfer encodings and goes
// into MIME parts; what is sealed for somebody else it cannot read, and says so.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mta {

/// What becomes of a mail in which something was found.
enum class OnFind : unsigned char {
    refuses,      ///< 550 5.7.1 at the end of data: whoever sent it has to tell the author.
    quarantines,  ///< Taken, and kept here: it goes no further.
    marks,        ///< It goes on with a header field X-Scanner.
};

/// "refuses".
std::string_view word(OnFind what);

struct ScannerSettings {
    /// Texts that are looked for, each by itself; "EICAR" stands for the test file of that name.
    std::vector<std::string> finds;
    OnFind on_find = OnFind::refuses;
};

struct ScannerFind {
    std::string what;   ///< One of `finds`.
    std::string where;  ///< As "part 2.1 (text/plain, base64)".
    friend bool operator==(const ScannerFind&, const ScannerFind&) = default;
};
struct Scan {
    std::optional<ScannerFind> found;  ///< The first one.
    /// What could not be looked into, and why, as "part 2 is sealed (S/MIME)".
    std::vector<std::string> unread;
};

/// The 68 bytes that all scanners know (eicar.org), put together here so that no scanner finds them
/// in our own files.
std::string eicar();

/// Looks into a message, headers and body.
Scan scan(std::string_view message, const std::vector<std::string>& finds);

}  // namespace mta
