// A server that hears anything, however the bytes come: it says and keeps the same. The last byte
// chooses how it ends lines, and if it reports on request (RFC 3461).
#include "sim/smtp/postfix.hpp"
#include "sim/smtp/server.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/smtp/pipe.hpp"

using namespace core;
using smtp::LineEnds;
using smtp::Reply;

namespace {

constexpr std::size_t largest = 500;

class Mailroom final : public smtp::Mailroom {
  public:
    Reply recipient(const std::string& address) override {
        return address.starts_with("nobody@") ? Reply(550, "5.1.1 User unknown")
                                              : Reply(250, "2.1.5 Ok");
    }
    Reply keep(smtp::Incoming message) override {
        kept.push_back(std::move(message));
        return Reply(250, "2.0.0 Ok: queued");
    }
    Task<net::Stream*> secure(net::Stream&) override {
        net::Stream* const none = nullptr;
        co_return none;
    }
    std::vector<smtp::Incoming> kept;
};

void check(const smtp::Incoming& mail, LineEnds ends) {
    ENSURE(!mail.envelope.recipients.empty() && !mail.greeted_as.empty());
    for (const std::string& to : mail.envelope.recipients)
        ENSURE(smtp::is_address(to) || smtp::is_postmaster(to));
    ENSURE(mail.content.size() <= largest);
    if (ends == LineEnds::bare_lf_too) return;
    std::string rest = mail.content;
    for (std::size_t at; (at = rest.find("\r\n")) != std::string::npos;) rest.replace(at, 2, "|");
    ENSURE(rest.find_first_of("\r\n") == std::string::npos);
}

// Each reply is one, and each but the last sends nobody away.
void check_said(std::string_view said) {
    smtp::ReplyParser parser;
    std::vector<std::string> lines = fuzz::split(said, "\r\n");
    ENSURE(lines.back().empty());
    lines.pop_back();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Result<bool> complete = parser.add(lines[i]);
        ENSURE(complete.ok());
        if (!complete.value()) continue;
        const int code = parser.take().code;
        ENSURE((code != 221 && code != 421) || i + 1 == lines.size());
        parser = smtp::ReplyParser();
    }
}

struct Manner {
    LineEnds ends;
    bool dsn;
};

std::string told_of(const std::vector<std::string_view>& pieces, Manner manner) {
    Loop loop{world_begins};
    trace::Trace trace(loop);
    Pipe pipe(loop);
    smtp::Conversation talk(pipe.server, trace, trace::HostId{0});
    smtp::ServerSettings settings;
    settings.name = "mx.bob.example";
    settings.starttls = smtp::Offer::absent;
    settings.largest = largest;
    settings.line_ends = manner.ends;
    settings.dsn = manner.dsn;
    Mailroom mailroom;
    smtp::Server server(talk, settings, smtp::postfix_server(), mailroom);
    Run<Unit> run(loop, server.serve());
    settle(loop);
    for (const std::string_view piece : pieces) {
        pipe.client.write(piece);
        settle(loop);
    }
    pipe.client.finish();
    settle(loop);
    ENSURE(run.outcome.has_value());
    std::string told(pipe.client.available());
    check_said(told);
    for (const smtp::Incoming& mail : mailroom.kept) {
        check(mail, manner.ends);
        told += "[" + mail.envelope.sender;
        for (const std::string& to : mail.envelope.recipients) {
            const smtp::RecipientWish wish = mail.envelope.wishes.of(to);
            told += " " + to + " " + wish.notify + " " + wish.original;
        }
        told += " " + mail.envelope.wishes.envelope_id + " " + mail.greeted_as + " " +
                mail.protocol + ": " + mail.content + "]";
    }
    return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const unsigned choice = input.byte();
    const Manner manner{choice % 2 == 0 ? LineEnds::strict : LineEnds::bare_lf_too,
                        choice / 2 % 2 == 1};
    const std::vector<std::size_t> places = input.places();
    const std::string whole = told_of({input.text()}, manner);
    ENSURE(whole == told_of(fuzz::cut(input.text(), places), manner));
    return 0;
}
