// Lines and replies as a conversation reads them, however their bytes come (SMTP-01, RFC 5321
// section 4.5.3.1). The last byte chooses lines or replies.
#include "sim/smtp/conversation.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/smtp/pipe.hpp"

using namespace core;

namespace {

Task<Unit> read_lines(smtp::Conversation& talk, std::string& told) {
    for (;;) {
        const Result<std::string> line = co_await attempt(talk.line());
        if (line.ok()) {
            ENSURE(line.value().size() <= smtp::longest_line);
            ENSURE(line.value().find("\r\n") == std::string::npos);
            told += "[" + line.value() + "]";
            continue;
        }
        told += "<" + line.failure().detail + ">";
        if (line.failure().reason != Reason::smtp_syntax) co_return line.failure();
        co_await talk.skip_line();
    }
}

Task<Unit> read_replies(smtp::Conversation& talk, std::string& told) {
    for (;;) {
        const Result<smtp::Reply> reply = co_await attempt(talk.reply("reading"));
        if (!reply.ok()) {
            told += "<" + reply.failure().detail + ">";
            co_return reply.failure();
        }
        told += "[" + reply.value().wire() + "]";
    }
}

std::string told_of(const std::vector<std::string_view>& pieces, bool replies) {
    Loop loop{world_begins};
    trace::Trace trace(loop);
    Pipe pipe(loop);
    smtp::Conversation talk(pipe.client, trace, trace::HostId{0});
    std::string told;
    Run<Unit> run(loop, replies ? read_replies(talk, told) : read_lines(talk, told));
    settle(loop);
    for (const std::string_view piece : pieces) {
        pipe.server.write(piece);
        settle(loop);
    }
    pipe.server.finish();
    settle(loop);
    ENSURE(run.outcome && !run.outcome->ok());  // it reads until the end, or what it cannot read
    return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const bool replies = input.byte() % 2 == 1;
    const std::vector<std::size_t> places = input.places();
    const std::string whole = told_of({input.text()}, replies);
    ENSURE(whole == told_of(fuzz::cut(input.text(), places), replies));
    return 0;
}
