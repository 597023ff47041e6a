#pragma once
// The receiver's side of an SMTP session: RFC 5321, RFC 3207, RFC 2920, RFC 1870, RFC 6152, RFC
// 2034, RFC 3461.
#include <map>
#include <set>
#include <string>

#include "sim/smtp/command.hpp"
#include "sim/smtp/conversation.hpp"
#include "sim/smtp/habits.hpp"

namespace smtp {

enum class Offer : std::uint8_t { absent, offered, required };
enum class BeforeTls : std::uint8_t { forgets_commands, keeps_commands };
enum class Pipelining : std::uint8_t {
    obeyed,
    lost,  ///< What comes in one segment behind a command is gone.
};
enum class Memory : std::uint8_t { forgets_greeting, keeps_greeting };

/// What an author lets a server say instead of its own words: by verb, "greeting" and "end of
/// data".
struct Script {
    std::map<std::string, Reply> replies;
    std::set<std::string> hangs_up;  ///< The connection ends without a reply.
    std::set<std::string> ends;      ///< It ends behind the scripted reply.
};

/// How one receiver serves. Shared by its sessions.
struct ServerSettings {
    std::string name;
    Offer starttls = Offer::offered;
    std::size_t largest = 10'240'000;  ///< Bytes, announced by SIZE; 0: no limit (RFC 1870).
    Script script;                     ///< In clear text and inside TLS.
    Script script_in_tls;              ///< Goes first inside TLS.
    std::string behind_220;            ///< Bytes that leave with the 220 to STARTTLS (TLS-21).
    bool requiretls = false;           ///< RFC 8689: spoken inside TLS.
    bool dsn = false;                  ///< RFC 3461: reports on request.
    BeforeTls before_tls = BeforeTls::forgets_commands;  ///< The bug of CVE-2011-0411 (A05).
    Memory memory = Memory::forgets_greeting;            ///< The bug of A07.
    LineEnds line_ends = LineEnds::strict;               ///< The bug of A25.
    Pipelining pipelining = Pipelining::obeyed;          ///< Offered, and not understood.
    std::set<Kindness> kindness;                         ///< More of them.
};

/// A message as taken, before its trace line is added.
struct Incoming {
    Envelope envelope;
    std::string content;
    std::string greeted_as;  ///< The EHLO argument.
    std::string protocol;    ///< RFC 3848: "ESMTPS" and so on.
};

/// What lies behind the server.
class Mailroom {
  public:
    virtual ~Mailroom() = default;
    /// May this recipient be served? A bad reply says why not.
    virtual Reply recipient(const std::string& address) = 0;
    /// Takes responsibility (RFC 5321 section 6.1), or says why not.
    virtual Reply keep(Incoming message) = 0;
    /// Plays the server's side of a handshake; nullptr when there is no session afterwards, and all
    /// is said.
    virtual Task<net::Stream*> secure(net::Stream& clear) = 0;
};

class Server {
  public:
    /// All of them must outlive it.
    Server(Conversation& conversation, const ServerSettings& settings, const ServerHabits& habits,
           Mailroom& mailroom)
        : talk_(conversation), settings_(settings), habits_(habits), mailroom_(mailroom) {}
    /// Serves until QUIT, the end of the connection, too many errors, or too long a silence
    /// (SMTP-21).
    Task<Unit> serve();

  private:
    enum class Next : std::uint8_t { go_on, start_tls, take_data, close };
    struct Handler;
    static const std::map<std::string, Handler>& handlers();

    Next obey(const std::string& line);
    Next act(const Command& command);
    Next hello(const Command& command);
    Next starttls(const Command& command);
    Next mail(const Command& command);
    Next rcpt(const Command& command);
    Next data(const Command& command);
    Next rset(const Command& command);
    Next quit(const Command& command);
    Next small_talk(const Command& command);
    Reply hello_reply(const Command& command);
    bool too_large(std::size_t size) const {
        return settings_.largest != 0 && size > settings_.largest;
    }
    Next reply(const Reply& reply);
    Next refuse(const Text& text, std::string_view word = {});
    Next say(const Text& text);
    const Reply* script(const std::string& verb) const;
    const Reply* scripted(const std::string& verb);
    bool hangs_up(const std::string& verb) const;
    void forget_transaction();
    Task<Unit> loop();
    Task<std::string> command_line();
    Task<Unit> rest_of_line();
    Task<bool> enter_tls();
    Task<bool> take_data();
    Task<std::string> read_data();
    template <class Reader>
    Task<std::string> read_by(Reader& reader);
    Task<Unit> more_data();
    void keep(std::string content, bool bare);

    Conversation& talk_;
    const ServerSettings& settings_;
    const ServerHabits& habits_;
    Mailroom& mailroom_;
    std::string greeted_as_;
    bool extended_ = false;
    bool in_mail_ = false;
    Envelope envelope_;
    int errors_ = 0;
    bool ended_ = false;  ///< A reply was said behind which the connection ends.
    bool bare_line_end_ = false;
};

}  // namespace smtp
