#include "tests/smtp/client_stage.hpp"

#include <algorithm>

#include <fmt/core.h>

using namespace core;
using smtp::AfterRefusal;

AfterRefusal FakeSecurity::without_tls(smtp::NoTls why) {
    static constexpr std::string_view words[] = {"not offered", "refused", "refused for now",
                                                 "withheld"};
    asked += fmt::format("[without TLS: {}]", words[static_cast<std::size_t>(why)]);
    return without;
}

namespace {
std::string refused(const Failure& failure) {
    return "refused " + std::string(word(failure.reason)) + " " + failure.code;
}
}  // namespace

Task<net::Stream*> FakeSecurity::secure(net::Stream& clear) {
    asked += "[secure]";
    if (handshake == Handshake::hangs) co_await Sleep(days(1));
    if (handshake == Handshake::fails)
        co_return Failure(Reason::validation_failure, "the handshake failed", "4.7.5");
    net::Stream* const stream = &clear;
    co_return stream;
}

Result<Unit> FakeSecurity::judge() {
    asked += "[judge]";
    if (peer == Peer::good_enough) return Unit{};
    return Failure(Reason::certificate_not_trusted, "nobody knows this peer", "4.7.5");
}

ClientStage::ClientStage(smtp::ClientHabits habits)
    : talk_(pipe.client, trace, trace::HostId{0}),
      client_(talk_, "mail.alice.example", habits, security) {
    message.envelope = {"alice@alice.example", {"bob@bob.example"}};
    message.content = "Hi.\r\n";
}

bool ClientStage::set(std::string_view setting) {
    using namespace smtp;
    if (setting == "STARTTLS never")
        security.wish = Starttls::never;
    else if (setting == "clear text refused")
        security.without = AfterRefusal::give_up;
    else if (setting == "a handshake that fails")
        security.handshake = FakeSecurity::Handshake::fails;
    else if (setting == "a handshake that hangs")
        security.handshake = FakeSecurity::Handshake::hangs;
    else if (setting == "clear text after a failed handshake")
        security.after_failure = AfterRefusal::go_on_in_clear;
    else if (setting == "a peer that is not good enough")
        security.peer = FakeSecurity::Peer::not_good_enough;
    else if (setting == "the flaw: keeps the extensions from before TLS")
        security.memory = AfterTls::keep_old_extensions;
    else if (take_word(setting, "sender"))
        message.envelope.sender = setting == "<>" ? "" : unescaped(setting);
    else if (take_word(setting, "recipients"))
        message.envelope.recipients = split(unescaped(setting), ", ");
    else if (take_word(setting, "content"))
        message.content = unescaped(setting);
    else
        return wish(setting);
    return true;
}

// "RET=HDRS ENVID=QQ", or "bob@bob.example NOTIFY=NEVER".
bool ClientStage::wish(std::string_view setting) {
    smtp::Wishes& wishes = message.envelope.wishes;
    const std::vector<std::string> words = split(setting, " ");
    const bool of_one = words.front().find('@') != std::string::npos;
    for (const std::string& word : words) {
        if (of_one && &word == &words.front()) continue;
        const std::string keyword = word.substr(0, word.find('='));
        const std::string value = word.substr(std::min(word.size(), keyword.size() + 1));
        const smtp::Parameter read =
            of_one ? take_rcpt_parameter(wishes.recipients[words.front()], keyword, value)
                   : take_mail_parameter(wishes, keyword, value);
        if (read != smtp::Parameter::taken) return false;
    }
    return true;
}

std::string ClientStage::play(const Dialogue& dialogue) {
    for (const Line& line : dialogue.lines)
        if (line.kind == Line::Kind::setting && !set(line.text))
            return line.where + ": no such setting: " + line.text;
    run_ = std::make_unique<Run<smtp::Receipt>>(loop, client_.send(message));
    settle(loop);
    for (const Line& line : dialogue.lines) {
        const std::string trouble = step(line);
        if (!trouble.empty()) return line.where + ": " + trouble;
    }
    send();
    const std::string_view more = pipe.server.available();
    if (!more.empty()) return "the client says more: " + escaped(more);
    return sound_codes();
}

std::string ClientStage::step(const Line& line) {
    switch (line.kind) {
        case Line::Kind::setting: return {};
        case Line::Kind::server:
            if (group_.empty() && !pipe.server.available().empty())
                return "the client has said more: " + escaped(pipe.server.available());
            group_ += line.text;
            return {};
        case Line::Kind::client: return expect_line(line.text);
        case Line::Kind::act: return act(line.text);
        case Line::Kind::outcome: send(); return compare(line.text);
    }
    return {};
}

void ClientStage::send() {
    if (!group_.empty()) pipe.server.write(std::exchange(group_, {}));
    settle(loop);
}

std::string ClientStage::expect_line(const std::string& wanted) {
    send();
    const std::string said(pipe.server.available());
    const std::size_t end = said.find("\r\n");
    if (end == std::string::npos)
        return "expected " + escaped(wanted) + ", but the client says nothing; " + outcome();
    pipe.server.take(end + 2);
    const std::string line = said.substr(0, end + 2);
    if (looks_like(line, wanted)) return {};
    return "expected " + escaped(wanted) + ", got " + escaped(line);
}

std::string ClientStage::act(const std::string& what) {
    send();
    std::string_view rest = what;
    if (what == "S hangs up") {
        pipe.server.finish();
    } else if (what == "S resets") {
        pipe.server.reset();
    } else if (what == "C hangs up") {
        if (pipe.server.state() != net::Stream::State::finished) return "the client stays";
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

std::string ClientStage::outcome() const {
    if (!run_->outcome) return "waits";
    if (run_->outcome->ok()) {
        const smtp::Reply& last = run_->outcome->value().final;
        return "ended well: " + (last.code == 0 ? "nothing sent" : last.one_line());
    }
    const Failure& failure = run_->outcome->failure();
    return "failed: " + std::string(word(failure.reason)) + " " + failure.code + " " +
           failure.detail;
}

std::string ClientStage::fate(std::string_view address) const {
    if (!run_->outcome) return "unknown";
    if (!run_->outcome->ok()) return refused(run_->outcome->failure());
    for (const smtp::RecipientOutcome& r : run_->outcome->value().recipients) {
        if (r.recipient != address) continue;
        if (!r.refused) return "taken";
        return refused(*r.refused);
    }
    return "not in the receipt";
}

std::string ClientStage::compare(std::string_view wanted) const {
    if (take_word(wanted, "asked"))
        return security.asked == wanted ? "" : "asked: " + security.asked;
    if (take_word(wanted, "discarded")) {
        std::string got;
        trace.each_of<trace::BytesDiscarded>(
            [&](const auto&, const trace::BytesDiscarded& e) { got += e.bytes; });
        return got == unescaped(wanted) ? "" : "discarded: " + escaped(got);
    }
    if (take_word(wanted, "recipient")) {
        const std::string address(wanted.substr(0, wanted.find(' ')));
        if (!take_word(wanted, address)) return "no recipient";
        const std::string got = fate(address);
        return got == wanted ? "" : address + " is " + got;
    }
    if (take_word(wanted, "wishes")) {
        const bool told =
            run_->outcome && run_->outcome->ok() && run_->outcome->value().told_wishes;
        return wanted == (told ? "told" : "untold") ? "" : "the wishes are not so";
    }
    const std::string got = outcome();
    return looks_like(got, wanted) ? "" : got;
}

// RFC 3463 section 2: what failed has a code of class 4 or 5, whatever the server said.
std::string ClientStage::sound_codes() const {
    const auto sound = [](const Failure& f) {
        return f.code.size() >= 5 && (f.code[0] == '4' || f.code[0] == '5') && f.code[1] == '.';
    };
    if (!run_->outcome) return {};
    if (!run_->outcome->ok())
        return sound(run_->outcome->failure()) ? "" : "no code of a failure: " + outcome();
    for (const smtp::RecipientOutcome& r : run_->outcome->value().recipients)
        if (r.refused && !sound(*r.refused)) return "no code of a refusal: " + r.refused->code;
    return {};
}
