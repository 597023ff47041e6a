#include "tests/smtp/server_stage.hpp"

using namespace core;
using smtp::Reply;

Reply FakeMailroom::recipient(const std::string& address) {
    if (address.starts_with("nobody@")) return Reply(550, "5.1.1 User unknown");
    if (address.starts_with("busy@")) return Reply(450, "4.2.0 Mailbox busy");
    return Reply(250, "2.1.5 Ok");
}

Reply FakeMailroom::keep(smtp::Incoming message) {
    const bool fails = message.envelope.recipients.front().starts_with("fail@");
    if (fails) return Reply(451, "4.3.0 Cannot keep it");
    kept.push_back(std::move(message));
    return Reply(250, "2.0.0 Ok: queued");
}

Task<net::Stream*> FakeMailroom::secure(net::Stream& clear) {
    net::Stream* const stream = tls == Tls::works ? &clear : nullptr;
    co_return stream;
}

namespace {

bool set_script(std::string_view setting, smtp::Script& script) {
    std::string_view rest = setting;
    if (take_word(rest, "hangs up")) return script.hangs_up.emplace(rest).second;
    if (take_word(rest, "ends behind")) return script.ends.emplace(rest).second;
    const std::size_t colon = rest.find(": ");
    if (!take_word(rest, "reply") || colon == std::string_view::npos) return false;
    const auto parts = split(rest, ": ");
    Result<Reply> reply = smtp::parse_reply(unescaped(parts[1]));
    if (parts.size() != 2 || !reply.ok()) return false;
    return script.replies.emplace(parts[0], std::move(reply.value())).second;
}

}  // namespace

bool ServerStage::set(std::string_view setting) {
    using namespace smtp;
    if (setting == "STARTTLS absent")
        settings.starttls = Offer::absent;
    else if (setting == "STARTTLS required")
        settings.starttls = Offer::required;
    else if (setting == "a handshake that fails")
        mailroom.tls = FakeMailroom::Tls::fails;
    else if (setting == "one segment a group")
        one_segment_ = true;
    else if (setting == "a limit of 100 bytes")
        settings.largest = 100;
    else if (setting == "DSN")
        settings.dsn = true;
    else if (setting == "no limit")
        settings.largest = 0;
    else if (setting == "the flaw: keeps commands sent before TLS")
        settings.before_tls = BeforeTls::keeps_commands;
    else if (setting == "the flaw: keeps the EHLO from before TLS")
        settings.memory = Memory::keeps_greeting;
    else if (setting == "the flaw: loses pipelined commands")
        settings.pipelining = Pipelining::lost;
    else if (setting == "the flaw: bare LF ends a line")
        settings.line_ends = LineEnds::bare_lf_too;
    else if (take_word(setting, "behind 220"))
        settings.behind_220 = unescaped(setting);
    else if (take_word(setting, "inside TLS"))
        return set_script(setting, settings.script_in_tls);
    else
        return set_script(setting, settings.script);
    return true;
}

std::string ServerStage::play(const Dialogue& dialogue, Segments segments) {
    settings.name = "mx.bob.example";
    segments_ = segments;
    for (const Line& line : dialogue.lines)
        if (line.kind == Line::Kind::setting && !set(line.text))
            return line.where + ": no such setting: " + line.text;
    server_ = std::make_unique<smtp::Server>(talk_, settings, habits, mailroom);
    run_ = std::make_unique<Run<Unit>>(loop, server_->serve());
    settle(loop);
    for (const Line& line : dialogue.lines) {
        const std::string trouble = step(line);
        if (!trouble.empty()) return line.where + ": " + trouble;
    }
    send();
    const std::string_view more = pipe.client.available();
    if (!more.empty()) return "the server says more: " + escaped(more);
    return codes_of_all_replies();
}

std::string ServerStage::step(const Line& line) {
    switch (line.kind) {
        case Line::Kind::setting: return {};
        case Line::Kind::client:
            if (group_.empty() && !pipe.client.available().empty())
                return "the server has said more: " + escaped(pipe.client.available());
            group_ += line.text;
            return {};
        case Line::Kind::server: return expect_line(line.text);
        case Line::Kind::act: return act(line.text);
        case Line::Kind::outcome: return compare(line.text);
    }
    return {};
}

void ServerStage::send() {
    const std::string group = std::exchange(group_, {});
    if (segments_ == Segments::whole || one_segment_) {
        if (!group.empty()) pipe.client.write(group);
        return settle(loop);
    }
    for (const char c : group) {
        pipe.client.write({&c, 1});
        settle(loop);
    }
}

std::string ServerStage::expect_line(const std::string& wanted) {
    send();
    const std::string said(pipe.client.available());
    const std::size_t end = said.find("\r\n");
    const bool open = pipe.client.state() == net::Stream::State::open;
    if (end == std::string::npos)
        return "expected " + escaped(wanted) + ", but the server says nothing" +
               (open ? "" : " and has hung up");
    pipe.client.take(end + 2);
    const std::string line = said.substr(0, end + 2);
    if (looks_like(line, wanted)) return {};
    return "expected " + escaped(wanted) + ", got " + escaped(line);
}

std::string ServerStage::act(const std::string& what) {
    send();
    std::string_view rest = what;
    if (what == "C hangs up") {
        pipe.client.finish();
    } else if (what == "C resets") {
        pipe.client.reset();
    } else if (what == "S hangs up") {
        if (pipe.client.state() != net::Stream::State::finished) return "the server stays";
        if (!run_->outcome || !run_->outcome->ok()) return "the server's task has not ended well";
    } else if (what == "S stays") {
        if (pipe.client.state() != net::Stream::State::open) return "the server has hung up";
    } else if (take_word(rest, "wait")) {
        const auto wait = parse_duration(rest);
        if (!wait) return "no duration: " + what;
        loop.run_until(loop.now() + *wait);
    } else {
        return "no such act: " + what;
    }
    settle(loop);
    return {};
}

// "FROM to TO, TO by ESMTP, greeted as NAME: [CONTENT]", or "nothing".
std::string ServerStage::kept_as_text() const {
    if (mailroom.kept.empty()) return "nothing";
    const smtp::Incoming& m = mailroom.kept.back();
    std::string to;
    for (const std::string& r : m.envelope.recipients) to += (to.empty() ? "" : ", ") + r;
    return "<" + m.envelope.sender + "> to " + to + " by " + m.protocol + ", greeted as " +
           m.greeted_as + ": [" + m.content + "]";
}

// "RET=HDRS ENVID=QQ; bob@bob.example NOTIFY=NEVER", or "nothing".
std::string ServerStage::wishes_as_text() const {
    if (mailroom.kept.empty()) return "no mail";
    const smtp::Wishes& wishes = mailroom.kept.back().envelope.wishes;
    std::string out = smtp::mail_parameters(wishes);
    if (!out.empty()) out.erase(0, 1);
    for (const auto& [address, wish] : wishes.recipients)
        out += (out.empty() ? "" : "; ") + address + smtp::rcpt_parameters(wish);
    return out.empty() ? "nothing" : out;
}

std::string ServerStage::compare(std::string_view wanted) const {
    if (take_word(wanted, "wishes")) {
        const std::string got = wishes_as_text();
        return got == wanted ? "" : "wishes: " + got;
    }
    if (take_word(wanted, "kept")) {
        const std::string got = kept_as_text();
        return looks_like(got, unescaped(wanted)) ? "" : "kept: " + escaped(got);
    }
    if (take_word(wanted, "mails"))
        return std::to_string(mailroom.kept.size()) == wanted ? "" : "another number of mails";
    if (take_word(wanted, "discarded")) {
        std::string got;
        trace.each_of<trace::BytesDiscarded>(
            [&](const auto&, const trace::BytesDiscarded& e) { got += e.bytes; });
        return looks_like(got, unescaped(wanted)) ? "" : "discarded: " + escaped(got);
    }
    return "no such outcome: " + std::string(wanted);
}

// RFC 2034 section 4 (EXT-08): each reply but the greeting, EHLO's and 3yz has an enhanced code of
// its own class. What an author scripted is his business.
std::string ServerStage::codes_of_all_replies() const {
    std::string trouble;
    if (!settings.script.replies.empty() || !settings.script_in_tls.replies.empty()) return {};
    bool greeting = true;
    trace.each_of<trace::ReplySent>([&](const auto&, const trace::ReplySent& e) {
        const bool hello = e.code == 250 && e.text.substr(4).starts_with(settings.name);
        const std::string_view text = e.text.substr(4);
        const bool coded = text.size() > 3 && text[1] == '.' && text[0] == e.text[0];
        if (!std::exchange(greeting, false) && !hello && e.code / 100 != 3 && !coded)
            trouble = "a reply without an enhanced code: " + std::string(e.text);
    });
    return trouble;
}
