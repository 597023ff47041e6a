#pragma once
// What peers say, in the few words that a picture has room for.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace visualize {

/// At most so many bytes; what is cut off is an ellipsis.
std::string shortened(std::string text, std::size_t most);
/// Lines parted by LF alone, without the last one's end.
std::string in_lines(std::string_view bytes);
std::string one_line(std::string_view text, std::string_view separator);
/// A reply of several lines is an EHLO answer: its keywords are what matters.
std::string reply_head(std::string_view text);
/// Bytes in clear text: replies by what matters of them, all else line by line.
std::string spoken(std::string_view bytes);
/// What somebody reads inside TLS, and with whose stolen key; empty: he needs none.
std::string reads_inside(std::string text, std::string_view key_of);
/// What a TLS report says: "successes=2, failures" (RFC 8460 section 4.4).
std::string counts_of(std::uint64_t successes, std::string_view failures);
/// "a delivery report (relayed) goes to alice@alice.example as mail 2"; 0: it "goes back to" him.
/// What a scanner found, and does.
std::string scan_note(std::string_view found, std::string_view where, std::string_view unread,
                      std::string_view so);
/// What a mail program does for S/MIME, and what it leaves.
std::string seal_note(std::string_view readers);
std::string delivery_report(std::string_view action, std::string_view to, std::uint32_t mail);
/// The Subject header of a mail, with its name.
std::string subject_of(std::string_view content);

}  // namespace visualize
