#include "sim/smtp/server.hpp"

#include <charconv>

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace smtp {

using namespace trace;

struct Server::Handler {
    Next (Server::*method)(const Command&);
    bool before_tls_too;  // RFC 3207 §4: NOOP, EHLO, STARTTLS and QUIT only (TLS-05)
};

const std::map<std::string, Server::Handler>& Server::handlers() {
    static const std::map<std::string, Handler> table{
        {"EHLO", {&Server::hello, true}},        {"HELO", {&Server::hello, false}},
        {"STARTTLS", {&Server::starttls, true}}, {"MAIL", {&Server::mail, false}},
        {"RCPT", {&Server::rcpt, false}},        {"DATA", {&Server::data, false}},
        {"RSET", {&Server::rset, false}},        {"NOOP", {&Server::small_talk, true}},
        {"VRFY", {&Server::small_talk, false}},  {"QUIT", {&Server::quit, true}},
    };
    return table;
}

Task<Unit> Server::serve() {
    const Reply* const said = scripted("greeting");
    const Reply greeting = said != nullptr ? *said : habits_.texts.greeting.reply(settings_.name);
    const bool silent = hangs_up("greeting");
    if (!silent) talk_.say(greeting);
    if (silent || ended_) {
        talk_.flush();
        talk_.stream().finish();
        co_return Unit{};
    }
    const Result<Unit> end = co_await attempt(loop());
    if (!end.ok() && end.failure().reason == Reason::timeout)
        talk_.say(habits_.texts.timeout.reply(settings_.name));
    talk_.flush();
    talk_.stream().finish();
    co_return Unit{};
}

Task<Unit> Server::loop() {
    for (;;) {
        Result<std::string> line = co_await attempt(command_line());
        if (line.ok()) {
            talk_.trace().add(talk_.host(), CommandReceived{talk_.connection(), talk_.layer(),
                                                            talk_.trace().keep(line.value())});
            // The bug of RFC 2920 section 3.2: it must not empty its input when it reads a command.
            if (settings_.pipelining == Pipelining::lost)
                talk_.stream().take(talk_.stream().available().size());
            Next next = obey(line.value());
            if (ended_) next = Next::close;
            bool alive = next != Next::close;
            if (next == Next::start_tls) alive = co_await enter_tls();
            if (next == Next::take_data) alive = co_await take_data();
            if (!alive) co_return Unit{};
        } else if (line.failure().reason == Reason::smtp_syntax) {
            co_await rest_of_line();
            refuse(habits_.texts.line_too_long);  // RFC 5321 §4.5.3.1.10
        } else {
            co_return line.take_failure();
        }
        if (errors_ < habits_.most_errors) continue;
        talk_.say(habits_.texts.too_many_errors.reply(settings_.name));
        co_return Unit{};
    }
}

Task<std::string> Server::command_line() {
    std::string line = co_await within(habits_.idle, "reading a command", talk_.line());
    co_return std::move(line);
}

Task<Unit> Server::rest_of_line() {
    co_await within(habits_.idle, "reading a command", talk_.skip_line());
    co_return Unit{};
}

Server::Next Server::reply(const Reply& reply) {
    talk_.say(reply);
    if (!reply.good() && reply.digit() != 3) ++errors_;
    return reply.code == 421 ? Next::close : Next::go_on;
}

Server::Next Server::say(const Text& text) {
    talk_.say(text.reply());
    return Next::go_on;
}

Server::Next Server::refuse(const Text& text, std::string_view word) {
    return reply(text.reply(word));
}

const Reply* Server::script(const std::string& verb) const {
    const auto& inside = settings_.script_in_tls.replies;
    if (const auto found = inside.find(verb);
        found != inside.end() && talk_.layer() == trace::Layer::tls)
        return &found->second;
    const auto found = settings_.script.replies.find(verb);
    return found == settings_.script.replies.end() ? nullptr : &found->second;
}

// The author's word, where it is said: once that is done, the connection may be, too.
const Reply* Server::scripted(const std::string& verb) {
    const Script& inside = settings_.script_in_tls;
    const bool goes_first = talk_.layer() == trace::Layer::tls && inside.replies.contains(verb);
    ended_ = ended_ || (goes_first ? inside : settings_.script).ends.contains(verb);
    return script(verb);
}

bool Server::hangs_up(const std::string& verb) const {
    const bool inside = talk_.layer() == trace::Layer::tls;
    return settings_.script.hangs_up.contains(verb) ||
           (inside && settings_.script_in_tls.hangs_up.contains(verb));
}

Server::Next Server::obey(const std::string& line) {
    for (const char bare : {'\r', '\n', '\0'})
        if (line.find(bare) != std::string::npos)
            return refuse(habits_.texts.bare_in_command);  // SMTP-01, SMTP-03
    return act(parse_command(line));
}

Server::Next Server::act(const Command& command) {
    // RFC 5321 section 3.1, RFC 7504 section 3: after a greeting that refuses, QUIT alone is
    // obeyed.
    const Reply* const greeting = script("greeting");
    if (greeting != nullptr && greeting->digit() == 5 && command.verb != "QUIT")
        return refuse(habits_.texts.takes_no_mail);  // SMTP-30
    const auto handler = handlers().find(command.verb);
    if (handler == handlers().end()) return refuse(habits_.texts.unknown_command);
    const bool clear = talk_.layer() == trace::Layer::clear;
    if (settings_.starttls == Offer::required && clear && !handler->second.before_tls_too)
        return refuse(habits_.texts.starttls_first);
    if (hangs_up(command.verb)) return Next::close;
    // The author's word goes first; one that grants lets the command do its work as well.
    if (const Reply* const said = script(command.verb);
        said != nullptr && !said->good() && said->digit() != 3)
        return reply(*scripted(command.verb));
    return (this->*handler->second.method)(command);
}

Reply Server::hello_reply(const Command& command) {
    if (const Reply* const said = scripted(command.verb)) return *said;
    Reply reply(250, settings_.name);
    if (command.verb == "HELO") return reply;
    reply.lines.push_back("PIPELINING");
    reply.lines.push_back(fmt::format("SIZE {}", settings_.largest));
    // RFC 3207 §4.2: not listed inside TLS (TLS-16)
    if (settings_.starttls != Offer::absent && talk_.layer() == trace::Layer::clear)
        reply.lines.push_back("STARTTLS");
    if (settings_.requiretls && talk_.layer() == trace::Layer::tls)
        reply.lines.push_back("REQUIRETLS");  // RFC 8689 §2, REQ-01
    reply.lines.push_back("ENHANCEDSTATUSCODES");
    reply.lines.push_back("8BITMIME");
    if (settings_.dsn) reply.lines.push_back("DSN");  // RFC 3461 §3
    return reply;
}

Server::Next Server::hello(const Command& command) {
    if (command.argument.empty()) return refuse(habits_.texts.hello_syntax, command.verb);
    forget_transaction();  // SMTP-08
    greeted_as_ = command.argument;
    extended_ = command.verb == "EHLO";
    return reply(hello_reply(command));
}

Server::Next Server::starttls(const Command& command) {
    if (!command.argument.empty()) return refuse(habits_.texts.starttls_syntax);      // TLS-01
    if (talk_.layer() == trace::Layer::tls) return refuse(habits_.texts.tls_active);  // TLS-17
    if (settings_.starttls == Offer::absent) return refuse(habits_.texts.no_starttls);
    const Reply* const said = scripted("STARTTLS");
    if (said != nullptr && said->code != 220) return reply(*said);  // TLS-02: nothing else is a yes
    talk_.say(said != nullptr ? *said : habits_.texts.ready_for_tls.reply());
    talk_.add_to_reply(settings_.behind_220);
    return Next::start_tls;
}

Server::Next Server::mail(const Command& command) {
    if (greeted_as_.empty()) return refuse(habits_.texts.hello_first);  // SMTP-06
    if (in_mail_) return refuse(habits_.texts.nested_mail);
    Result<Path> path = parse_path(command.argument, "FROM");
    if (!path.ok()) return refuse(habits_.texts.bad_path, path.failure().detail);
    RequireTls require_tls = RequireTls::no;
    Wishes wishes;
    for (const auto& [keyword, value] : path.value().parameters) {
        if (keyword == "SIZE" && extended_) {
            std::size_t size = 0;
            const auto r = std::from_chars(value.data(), value.data() + value.size(), size);
            if (r.ec != std::errc{} || r.ptr != value.data() + value.size())
                return refuse(habits_.texts.size_is_no_number);
            if (too_large(size)) return refuse(habits_.texts.too_large);  // EXT-05
        } else if (keyword == "BODY" && extended_) {
            const std::string body = upper(value);
            if (body != "7BIT" && body != "8BITMIME")
                return refuse(habits_.texts.bad_body);  // EXT-06
        } else if (keyword == "REQUIRETLS" && extended_ && settings_.requiretls) {
            if (talk_.layer() != trace::Layer::tls)
                return refuse(habits_.texts.requiretls_needs_tls);  // REQ-01
            if (!value.empty()) return refuse(habits_.texts.requiretls_value);
            require_tls = RequireTls::yes;
        } else {
            const Parameter read = extended_ && settings_.dsn
                                       ? take_mail_parameter(wishes, keyword, value)
                                       : Parameter::unknown;
            if (read == Parameter::ill) return refuse(habits_.texts.bad_wish, keyword);
            if (read == Parameter::unknown) return refuse(habits_.texts.unknown_option, keyword);
        }
    }
    in_mail_ = true;
    envelope_.require_tls = require_tls;  // REQ-06
    envelope_.wishes = std::move(wishes);
    envelope_.sender = path.value().address;
    const Reply* const said = scripted("MAIL");
    return reply(said != nullptr ? *said : habits_.texts.sender_ok.reply());
}

Server::Next Server::rcpt(const Command& command) {
    if (!in_mail_) return refuse(habits_.texts.mail_first);  // SMTP-11
    Result<Path> path = parse_path(command.argument, "TO");
    if (!path.ok()) return refuse(habits_.texts.bad_path, path.failure().detail);
    RecipientWish wish;
    for (const auto& [keyword, value] : path.value().parameters) {
        const Parameter read = extended_ && settings_.dsn
                                   ? take_rcpt_parameter(wish, keyword, value)
                                   : Parameter::unknown;
        if (read == Parameter::ill) return refuse(habits_.texts.bad_wish, keyword);
        if (read == Parameter::unknown) return refuse(habits_.texts.unknown_option, keyword);
    }
    if (envelope_.recipients.size() >= habits_.most_recipients)
        return say(habits_.texts.too_many_recipients);  // no error of the client
    const Reply* const said = scripted("RCPT");
    const Reply answer = said != nullptr ? *said : mailroom_.recipient(path.value().address);
    if (answer.good()) {
        // Who is named twice is told of as he was named first.
        if (!path.value().parameters.empty())
            envelope_.wishes.recipients.emplace(path.value().address, std::move(wish));
        envelope_.recipients.push_back(path.value().address);
    }
    return reply(answer);
}

Server::Next Server::data(const Command& command) {
    if (!command.argument.empty()) return refuse(habits_.texts.data_syntax);
    if (!in_mail_) return refuse(habits_.texts.mail_first);
    if (envelope_.recipients.empty()) return refuse(habits_.texts.no_recipients);  // EXT-02
    const Reply* const said = scripted("DATA");
    talk_.say(said != nullptr ? *said : habits_.texts.start_data.reply());
    return Next::take_data;
}

Server::Next Server::rset(const Command&) {
    forget_transaction();  // SMTP-13
    const Reply* const said = scripted("RSET");
    return reply(said != nullptr ? *said : habits_.texts.ok.reply());
}

Server::Next Server::small_talk(const Command& command) {
    if (const Reply* const said = scripted(command.verb)) return reply(*said);
    return reply(command.verb == "VRFY" ? habits_.texts.verified.reply()
                                        : habits_.texts.ok.reply());
}

Server::Next Server::quit(const Command&) {
    const Reply* const said = scripted("QUIT");
    talk_.say(said != nullptr ? *said : habits_.texts.bye.reply());
    return Next::close;
}

void Server::forget_transaction() {
    in_mail_ = false;
    envelope_ = Envelope();
}

// False when the session is over.
Task<bool> Server::enter_tls() {
    talk_.flush();
    std::string kept;
    if (settings_.before_tls == BeforeTls::keeps_commands) {
        kept = talk_.stream().available();
        talk_.stream().take(kept.size());
    } else {
        talk_.discard_pending();  // RFC 3207 §6, TLS-18, TLS-20
    }
    net::Stream* const secure = co_await mailroom_.secure(talk_.stream());
    if (secure == nullptr) co_return false;
    talk_.enter_tls(*secure);
    if (settings_.memory == Memory::forgets_greeting) {  // RFC 3207 §4.2, TLS-12, TLS-13
        greeted_as_.clear();
        extended_ = false;
    }
    forget_transaction();
    // The historic bug: clear-text commands obeyed as if they had come inside TLS.
    for (std::size_t end = kept.find("\r\n"); end != std::string::npos; end = kept.find("\r\n")) {
        const std::string line = kept.substr(0, end);
        kept.erase(0, end + 2);
        talk_.trace().add(talk_.host(), CommandReceived{talk_.connection(), trace::Layer::clear,
                                                        talk_.trace().keep(line)});
        const Next next = obey(line);
        if (next == Next::close || ended_) co_return false;
    }
    co_return true;
}

Task<std::string> Server::read_data() {
    DataReader strict(settings_.line_ends);
    KindDataReader kind(settings_.kindness, settings_.line_ends);
    const bool strictly = settings_.kindness.empty();
    Task<std::string> reading = strictly ? read_by(strict) : read_by(kind);
    std::string content = co_await std::move(reading);
    bare_line_end_ = strictly && strict.bare_line_end();
    co_return std::move(content);
}

template <class Reader>
Task<std::string> Server::read_by(Reader& reader) {
    for (;;) {
        const std::size_t taken = reader.add(talk_.stream().available());
        talk_.stream().take(taken);
        if (reader.complete()) break;
        if (talk_.stream().state() != net::Stream::State::open)
            co_return net::connection_lost("receiving data");
        talk_.flush();
        co_await within(habits_.idle, "receiving data", more_data());
    }
    co_return reader.take();
}

Task<Unit> Server::more_data() {
    co_await net::Readable(talk_.stream());
    co_return Unit{};
}

// A connection that ends before the final dot leaves nothing behind (RFC 5321 §4.1.1.10, SMTP-15).
Task<bool> Server::take_data() {
    std::string content = co_await read_data();
    talk_.trace().add(talk_.host(), ContentReceived{talk_.connection(), talk_.layer(),
                                                    talk_.trace().keep(content)});
    if (hangs_up("end of data")) co_return false;
    const bool bare = bare_line_end_ && settings_.line_ends == LineEnds::strict;
    keep(std::move(content), bare);
    forget_transaction();
    co_return !ended_;
}

void Server::keep(std::string content, bool bare) {
    const Reply* const said = script("end of data");
    if (said != nullptr && !said->good()) return static_cast<void>(reply(*scripted("end of data")));
    if (bare)  // SMTP-02, SMTP-03, A25
        return static_cast<void>(refuse(habits_.texts.bare_line_end));
    if (too_large(content.size())) return static_cast<void>(refuse(habits_.texts.too_large));
    Incoming message;
    message.envelope = envelope_;
    message.content = std::move(content);
    message.greeted_as = greeted_as_;
    message.protocol =
        std::string(extended_ ? "ESMTP" : "SMTP") +
        (extended_ && talk_.layer() == trace::Layer::tls ? "S" : "");  // RFC 3848, EXT-09
    const Reply kept = mailroom_.keep(std::move(message));
    reply(said != nullptr ? *scripted("end of data") : kept);
}

}  // namespace smtp
