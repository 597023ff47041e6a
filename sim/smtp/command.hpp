#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/smtp/dsn.hpp"
#include "sim/smtp/reply.hpp"

namespace smtp {

/// A command line taken apart: RFC 5321 section 4.1.1.
struct Command {
    std::string verb;      ///< Upper case.
    std::string argument;  ///< As written, without the spaces around.
};
Command parse_command(std::string_view line);

/// `FROM:<a@b> SIZE=100`: the path and the parameters (RFC 5321 section 4.1.2).
struct Path {
    std::string address;  ///< Without the angle brackets; empty is the null path.
    std::map<std::string, std::string> parameters;  ///< Keywords in upper case.
};
/// `keyword` is "FROM" or "TO". Failure smtp-syntax says what is wrong.
Result<Path> parse_path(std::string_view argument, std::string_view keyword);
/// Where the path that begins with '<' ends; npos: nowhere. A quoted local part may hold a '>' (RFC
/// 5321 section 4.1.2).
std::size_t closing_bracket(std::string_view text);

/// Does it look like local@domain? Local parts are opaque to everyone but their host (RFC 5321
/// section 2.3.11).
bool is_address(std::string_view address);
/// The one recipient that needs no domain, in any case (RFC 5321 section 4.5.1).
bool is_postmaster(std::string_view address);
/// Is there a byte that is not ASCII?
bool has_eight_bits(std::string_view text);
/// What follows the last '@', in lower case.
std::string domain_of(std::string_view address);

/// How a client reads the lines of an EHLO reply.
enum class HelloWords : std::uint8_t {
    strict,  ///< RFC 5321 section 4.1.1.1: a keyword begins its line, and a blank ends it.
    /// Blanks may stand before it, "=" ends it, too, and the first line that has a word names the
    /// server, be it the first line or not.
    loose,
};

/// What an EHLO reply offers (RFC 5321 section 4.1.1.1). Keywords are kept in upper case (SMTP-09).
class Extensions {
  public:
    void add(std::string_view line, HelloWords words = HelloWords::strict);
    void forget(const std::string& keyword) { offered_.erase(keyword); }
    bool offers(std::string_view keyword) const { return offered_.contains(std::string(keyword)); }
    /// The parameters of a keyword, or empty.
    std::string parameters(std::string_view keyword) const;

  private:
    std::map<std::string, std::string> offered_;
};
Extensions extensions_of(const Reply& reply, HelloWords words = HelloWords::strict);
/// What the server calls itself in its reply to EHLO or HELO, as it wrote it; or empty.
std::string name_in_hello(const Reply& reply, HelloWords words);

/// RFC 8689: was the mail handed over with the parameter REQUIRETLS?
enum class RequireTls : std::uint8_t { no, yes };

struct Envelope {
    std::string sender;
    std::vector<std::string> recipients;
    RequireTls require_tls = RequireTls::no;
    Wishes wishes = {};
};

/// Doubles the dots that begin a line and adds the final dot (RFC 5321 section 4.5.2, SMTP-04,
/// SMTP-05).
std::string stuffed(std::string_view content);

/// Finds the end of data. Only CRLF "." CRLF is it (RFC 5321 section 4.1.1.4, SMTP-02).
enum class LineEnds : std::uint8_t { strict, bare_lf_too };
class DataReader {
  public:
    explicit DataReader(LineEnds ends = LineEnds::strict) : ends_(ends) {}
    /// Reads from the front of `bytes`; returns how many it took. Stops behind the end of data.
    std::size_t add(std::string_view bytes);
    bool complete() const { return complete_; }
    /// A line feed or carriage return stood alone (RFC 5321 section 2.3.8).
    bool bare_line_end() const { return bare_; }
    std::string take() { return std::move(content_); }
    std::size_t size() const { return content_.size(); }

  private:
    bool end_line(std::size_t end_size);
    LineEnds ends_;
    std::string content_;
    std::size_t line_start_ = 0;
    std::size_t scanned_ = 0;  ///< Up to here it is known where a CR or LF stands alone.
    bool complete_ = false;
    bool bare_ = false;
};

/// Ways of reading data that are too kind, each the bug of a real server (A25).
enum class Kindness : std::uint8_t { ends_lines_at_cr, drops_nul, drops_cr_before_line_end };

/// Reads as DataReader does, after it has made of the bytes what a kind server makes of them.
class KindDataReader {
  public:
    KindDataReader(std::set<Kindness> kindness, LineEnds ends)
        : kindness_(std::move(kindness)), reader_(ends) {}
    std::size_t add(std::string_view bytes);
    bool complete() const { return reader_.complete(); }
    std::string take() { return reader_.take(); }

  private:
    bool is(Kindness kindness) const { return kindness_.contains(kindness); }
    void end_carriage_returns(char next);
    std::set<Kindness> kindness_;
    DataReader reader_;
    std::size_t carriage_returns_ = 0;  ///< That wait for the byte behind them.
};

}  // namespace smtp
