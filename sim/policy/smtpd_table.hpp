#pragma once
// Tables of OpenSMTPD (table(5)), names of domains in them, and relay URLs.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace policy::smtpd {

struct Table {
    std::string name;  ///< Empty: it stands in the place where it is used.
    std::string backend = "static", path;
    int line = 0;
    std::map<std::string, std::string, std::less<>> entries;  ///< Keys are in lower case.
    bool is_mapping = false;                                  ///< Keys with values, and no list.
    bool is_read = true;                                      ///< Its file was, if it has one.
    std::string wrong;                                        ///< Why it cannot be looked into.
};

/// The text of a file, as table_static.c reads it. `wrong` says what is wrong with it, with its
/// line.
void read_entries(std::string_view text, Table& into);

/// A list of domains, with stars.
class Domains {
  public:
    Domains() = default;
    /// `email`: entries are addresses (mail-from, rcpt-to), of which those count that are of all
    /// users of a domain; `users` becomes true where others are among them.
    explicit Domains(const Table& table, bool email = false);
    bool has(std::string_view domain) const;
    /// "bob.example"; ".bob.example" for "*.bob.example". Others have no name.
    std::vector<std::string> names() const;
    bool users() const { return users_; }
    /// Entries that no domain is spelled like.
    const std::vector<std::string>& odd() const { return odd_; }

  private:
    void add(const std::string& name);
    std::set<std::string, std::less<>> names_;
    std::vector<std::string> patterns_, odd_;
    bool users_ = false;
};

/// Does a name fit a pattern with stars? A star takes as few characters as it can, and nothing goes
/// back: "*.bob.example" is one label below (hostname_match of util.c). Both in lower case.
bool fits_pattern(std::string_view name, std::string_view pattern);

enum class Tls : std::uint8_t {
    none,           ///< smtp+notls://
    opportunistic,  ///< smtp://, or by MX: clear text where TLS cannot be had.
    unverified,     ///< tls no-verify: TLS, whoever it is with.
    verified,       ///< tls, smtp+tls://, smtps://: TLS with the host's name, by a CA that counts.
};

/// Where a relay action sends, and how.
struct Hop {
    Tls tls = Tls::opportunistic;
    bool immediate = false;  ///< smtps://: TLS from the first byte.
    bool lmtp = false;
    std::string host;  ///< In lower case, an address in brackets; empty: by MX.
    std::uint16_t port = 25;
    std::string label;  ///< Of the credentials; empty: it does not log in.
    std::string held;   ///< Why all its mail waits; empty: it goes.
};

/// A relay URL: smtp+tls://label@host:port (text_to_relayhost of to.c). One that cannot be read is
/// held.
Hop read_url(std::string_view url);

}  // namespace policy::smtpd
