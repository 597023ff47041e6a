#include "sim/smtp/client.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "sim/core/text.hpp"

namespace smtp {

using namespace trace;

namespace {

// Those who were refused keep their own refusal; the rest share what ended the session (SMTP-16,
// SMTP-18).
Result<Receipt> unfinished(Receipt receipt, Failure failure) {
    bool any_refused = false;
    for (RecipientOutcome& outcome : receipt.recipients) {
        any_refused = any_refused || outcome.refused;
        if (!outcome.refused) outcome.refused = failure;
    }
    if (!any_refused) return failure;
    return receipt;
}

// The connection went while recipients were named: the rest was not asked for.
Result<Receipt> unfinished(Receipt receipt, Failure failure, const Envelope& envelope) {
    for (std::size_t i = receipt.recipients.size(); i < envelope.recipients.size(); ++i)
        receipt.recipients.push_back({envelope.recipients[i], std::nullopt});
    return unfinished(std::move(receipt), std::move(failure));
}

}  // namespace

Verdict Client::verdict(Step step, const Reply& reply) const {
    const Verdict read = smtp::verdict(habits_.reading, step, reply);
    if (read != Verdict::for_good_at_last) return read;
    return security_.is_last_host() ? Verdict::for_good : Verdict::for_now;
}

RecipientOutcome Client::outcome_of(const std::string& recipient, const Reply& reply) const {
    RecipientOutcome outcome{recipient, std::nullopt};
    const Verdict read = verdict(Step::rcpt, reply);
    if (read != Verdict::go_on) outcome.refused = failure_of(read, reply, "RCPT TO command");
    return outcome;
}

// The sender's side of RFC 5321 section 3, in the RFC's order.
Task<Receipt> Client::send(const Message& message) {
    Result<Receipt> receipt = co_await attempt(session(message));
    co_await quit();  // §3.8; RFC 3207 §4.1: at once where TLS is not enough
    co_return std::move(receipt);
}

Task<Receipt> Client::session(const Message& message) {
    co_await greeting();  // §3.1
    co_await hello();     // §3.2
    co_await protect();   // RFC 3207
    const Result<Unit> enough = security_.before_mail(talk_.layer());
    if (!enough.ok()) co_return enough.failure();
    reached_transaction_ = true;
    const bool pipelining = offered_.offers("PIPELINING");  // RFC 2920
    Task<Receipt> delivery = pipelining ? pipelined(message) : transaction(message);
    Receipt receipt = co_await std::move(delivery);  // §3.3
    co_return std::move(receipt);
}

Task<Reply> Client::answer(std::string_view step, Duration limit) {
    Reply reply = co_await within(limit, step, talk_.reply(step, rules()));
    co_return std::move(reply);
}

// Whoever passes a line over while several replies are on their way may take one for another's.
const ReplyRules& Client::rules() {
    rules_ = habits_.replies;
    if (offered_.offers("PIPELINING")) rules_.odd_line = OddLine::breaks_the_rules;
    return rules_;
}

Task<Reply> Client::command(std::string line, std::string_view step, Duration limit) {
    talk_.record_command(line);
    talk_.write(line + "\r\n");
    Reply reply = co_await answer(step, limit);
    co_return std::move(reply);
}

Task<Unit> Client::greeting() {
    const Reply reply =
        co_await answer("receiving the initial server greeting", habits_.limits.greeting);
    const Verdict read = verdict(Step::greeting, reply);
    if (read != Verdict::go_on) co_return failure_of(read, reply, "the greeting");
    greeting_was_hidden_ =
        !habits_.hidden_greeting.empty() &&
        reply.text().find_first_not_of(habits_.hidden_greeting) == std::string::npos;
    co_return Unit{};
}

// What a reply to EHLO or HELO says besides yes.
Result<Unit> Client::learn(const Reply& hello) {
    if (habits_.own_name == OwnName::ends_session &&
        lower(name_in_hello(hello, habits_.hello)) == lower(name_)) {
        const Result<Unit> who = security_.met_own_name();
        if (!who.ok()) return who.failure();
    }
    if (habits_.old_size == OldSize::is_forgotten) most_bytes_ = 0;
    const std::string limit = offered_.parameters("SIZE");
    std::size_t most = 0;
    const auto read = std::from_chars(limit.data(), limit.data() + limit.size(), most);
    if (!limit.empty() && read.ec == std::errc() && read.ptr == limit.data() + limit.size())
        most_bytes_ = most;
    return Unit{};
}

Task<Unit> Client::hello() {
    offered_ = Extensions();
    if (!greeting_was_hidden_) {
        Reply ehlo = co_await command("EHLO " + name_, "performing the EHLO handshake",
                                      habits_.limits.hello);
        const Verdict read = verdict(Step::ehlo, ehlo);
        if (read == Verdict::go_on) {
            offered_ = extensions_of(ehlo, habits_.hello);
            for (const std::string& keyword : habits_.discards) offered_.forget(keyword);
            const Result<Unit> learnt = learn(ehlo);
            if (!learnt.ok()) co_return learnt.failure();
            co_return Unit{};
        }
        if (read != Verdict::helo_instead) co_return failure_of(read, ehlo, "EHLO command");
    }
    // No extensions, hence no STARTTLS (SMTP-07). What that means is policy's to say.
    Reply helo =
        co_await command("HELO " + name_, "performing the HELO handshake", habits_.limits.hello);
    const Verdict old = verdict(Step::helo, helo);
    if (old != Verdict::go_on) co_return failure_of(old, helo, "HELO command");
    const Result<Unit> learnt = learn(helo);
    if (!learnt.ok()) co_return learnt.failure();
    co_return Unit{};
}

Task<Unit> Client::protect() {
    const Starttls wish = security_.starttls();
    if (wish == Starttls::never) co_return Unit{};
    if (!offered_.offers("STARTTLS")) {
        const AfterRefusal next = security_.without_tls(NoTls::not_offered);
        if (next == AfterRefusal::go_on_in_clear) co_return Unit{};
        co_return Failure(Reason::starttls_not_supported,
                          "TLS is required, but was not offered by the server", "4.7.4");
    }
    if (wish == Starttls::withheld) {
        const AfterRefusal next = security_.without_tls(NoTls::withheld);
        if (next == AfterRefusal::go_on_in_clear) co_return Unit{};
        co_return Failure(Reason::validation_failure,
                          "TLS is required, but is not begun with this server", "4.7.4");
    }
    const Reply reply = co_await command("STARTTLS", "sending STARTTLS", habits_.limits.starttls);
    const Verdict read = verdict(Step::starttls, reply);
    if (read == Verdict::go_on) {
        co_await handshake();
        co_return Unit{};
    }
    if (read != Verdict::without_tls) co_return failure_of(read, reply, "STARTTLS command");
    const AfterRefusal next =
        security_.without_tls(reply.digit() == 4 ? NoTls::refused_for_now : NoTls::refused);
    if (next == AfterRefusal::go_on_in_clear) co_return Unit{};
    const Verdict last = verdict(Step::starttls_demanded, reply);
    Failure failure = failure_of(last, reply, "STARTTLS command");
    failure.reason = Reason::starttls_not_supported;
    co_return std::move(failure);
}

Task<Unit> Client::handshake() {
    // RFC 3207 §6, TLS-21: what came with the 220 is not from inside TLS.
    const Pending pending = security_.pending(habits_.pending);
    const bool out_of_step = talk_.has_pending() && pending == Pending::breaks_tls;
    if (pending == Pending::kept)
        talk_.keep_pending();
    else
        talk_.discard_pending();
    net::Stream& clear = talk_.stream();
    Task<net::Stream*> handshake = within_handshake(clear);
    Result<net::Stream*> secure = co_await attempt(std::move(handshake));
    if (secure.ok() && out_of_step) {
        security_.lost_synchronization();
        secure = Failure(Reason::validation_failure,
                         "bytes came behind the 220 to STARTTLS, before TLS");
    }
    if (!secure.ok()) {
        const AfterRefusal next = security_.after_failed_handshake();
        if (next == AfterRefusal::give_up) {
            clear.finish();  // RFC 3207 §4: the connection is of no more use (TLS-07)
            hung_up_ = true;
            Failure failure = secure.take_failure();
            failure.code = "4.7.5";  // RFC 3463 section 3.8, also where nobody answered in time
            co_return std::move(failure);
        }
        co_await hello();
        co_return Unit{};
    }
    talk_.enter_tls(*secure.value());
    const Result<Unit> enough = security_.judge();  // RFC 3207 §4.1
    if (!enough.ok()) co_return enough.failure();
    if (security_.after_tls() == AfterTls::keep_old_extensions) co_return Unit{};
    co_await hello();  // RFC 3207 §4.2: all that was learned before is forgotten
    co_return Unit{};
}

Task<net::Stream*> Client::within_handshake(net::Stream& clear) {
    net::Stream* const secure =
        co_await within(habits_.limits.handshake, "TLS handshake", security_.secure(clear));
    co_return secure;
}

// Where nobody wants to hear of it, and the server would not know, it gets no address to tell (RFC
// 3461 section 5.2.2). Who shares a session with others who do want to hear shares their path.
std::string Client::return_path(const Message& message) const {
    const std::vector<std::string>& to = message.envelope.recipients;
    const bool never = std::all_of(to.begin(), to.end(), [&](const std::string& recipient) {
        return message.envelope.wishes.of(recipient).never();
    });
    return never && !to.empty() && !offered_.offers("DSN") ? std::string()
                                                           : message.envelope.sender;
}

// To no server that does not know them goes a parameter (RFC 3461 section 5.2.2).
std::string Client::rcpt_command(const Message& message, const std::string& recipient) const {
    const std::string line = "RCPT TO:<" + recipient + ">";
    if (!offered_.offers("DSN")) return line;
    return line + rcpt_parameters(message.envelope.wishes.of(recipient));
}

Result<std::string> Client::mail_command(const Message& message) {
    for (const std::string& recipient : message.envelope.recipients)
        if (has_eight_bits(recipient) || has_eight_bits(message.envelope.sender))  // EXT-07
            return Failure(Reason::unsupported_by_server,
                           "an address is not ASCII, and SMTPUTF8 is not spoken", "5.6.7");
    std::string line = "MAIL FROM:<" + return_path(message) + ">";
    if (most_bytes_ != 0 && message.content.size() > most_bytes_)  // RFC 1870
        return Failure(Reason::smtp_refused,
                       fmt::format("message size {} exceeds size limit {} of server",
                                   message.content.size(), most_bytes_),
                       "5.3.4");
    if (offered_.offers("SIZE")) line += fmt::format(" SIZE={}", message.content.size());
    if (has_eight_bits(message.content)) {  // RFC 6152 §3: else convert or return
        if (!offered_.offers("8BITMIME"))
            return Failure(Reason::unsupported_by_server,
                           "the message has 8-bit data, the server no 8BITMIME", "5.6.3");
        line += " BODY=8BITMIME";
    }
    if (offered_.offers("DSN")) line += mail_parameters(message.envelope.wishes);
    if (message.envelope.require_tls == RequireTls::yes) {  // RFC 8689 §4.2.1, REQ-04
        // What was offered before TLS does not count (A08).
        if (talk_.layer() == Layer::tls && offered_.offers("REQUIRETLS"))
            return line + " REQUIRETLS";
        const Result<Unit> enough = security_.without_requiretls(talk_.layer());
        if (!enough.ok()) return enough.failure();
    }
    return line;
}

Task<Receipt> Client::transaction(const Message& message) {
    Result<std::string> mail = mail_command(message);
    if (!mail.ok()) co_return mail.take_failure();
    const Reply sender = co_await command(mail.value(), "sending MAIL FROM", habits_.limits.mail);
    const Verdict read = verdict(Step::mail, sender);
    if (read != Verdict::go_on) co_return failure_of(read, sender, "MAIL FROM command");
    Receipt receipt;
    receipt.told_wishes = offered_.offers("DSN");
    bool any = false;
    for (const std::string& recipient : message.envelope.recipients) {
        const std::string line = rcpt_command(message, recipient);
        Result<Reply> reply =
            co_await attempt(command(line, "sending RCPT TO", habits_.limits.rcpt));
        if (!reply.ok())
            co_return unfinished(std::move(receipt), reply.take_failure(), message.envelope);
        receipt.recipients.push_back(outcome_of(recipient, reply.value()));
        any = any || !receipt.recipients.back().refused;
    }
    if (!any) co_return std::move(receipt);
    const Result<Reply> go =
        co_await attempt(command("DATA", "sending DATA command", habits_.limits.data));
    Task<Receipt> rest = content(message, std::move(receipt), go);
    Receipt finished = co_await std::move(rest);
    co_return std::move(finished);
}

// RFC 2920: MAIL, all RCPT and DATA leave together, DATA last (EXT-01). Every reply is read, by
// count.
Task<Receipt> Client::pipelined(const Message& message) {
    Result<std::string> mail = mail_command(message);
    if (!mail.ok()) co_return mail.take_failure();
    std::string group = mail.value() + "\r\n";
    talk_.record_command(mail.value());
    for (const std::string& recipient : message.envelope.recipients) {
        const std::string line = rcpt_command(message, recipient);
        talk_.record_command(line);
        group += line + "\r\n";
    }
    talk_.record_command("DATA");
    talk_.write(group + "DATA\r\n");

    const Reply sender = co_await answer("sending MAIL FROM", habits_.limits.mail);
    const Verdict read = verdict(Step::mail, sender);
    const auto refused = [&] { return failure_of(read, sender, "MAIL FROM command"); };
    Receipt receipt;
    receipt.told_wishes = offered_.offers("DSN");
    bool any = false;
    for (const std::string& recipient : message.envelope.recipients) {
        Result<Reply> reply = co_await attempt(answer("sending RCPT TO", habits_.limits.rcpt));
        // A reply counts as it comes; that the connection goes behind it takes nothing back.
        if (!reply.ok() && read != Verdict::go_on) co_return refused();
        if (!reply.ok())
            co_return unfinished(std::move(receipt), reply.take_failure(), message.envelope);
        receipt.recipients.push_back(outcome_of(recipient, reply.value()));
        any = any || !receipt.recipients.back().refused;
    }
    const Result<Reply> go = co_await attempt(answer("sending DATA command", habits_.limits.data));
    const bool useless = read != Verdict::go_on || !any;
    // RFC 2920 §3.1: the server waits for data, and gets none.
    if (useless && go.ok() && verdict(Step::data, go.value()) == Verdict::go_on) {
        talk_.write(".\r\n");
        const Reply empty = co_await answer("sending end of data", habits_.limits.end_of_data);
    }
    if (read != Verdict::go_on) co_return refused();
    if (!any) co_return std::move(receipt);
    Task<Receipt> rest = content(message, std::move(receipt), go);
    Receipt finished = co_await std::move(rest);
    co_return std::move(finished);
}

// From the reply to DATA on: nothing is sent but after 354 (SMTP-12).
Task<Receipt> Client::content(const Message& message, Receipt receipt, Result<Reply> go) {
    if (!go.ok()) co_return unfinished(std::move(receipt), go.take_failure());
    const Verdict ready = verdict(Step::data, go.value());
    if (ready != Verdict::go_on)
        co_return unfinished(std::move(receipt), failure_of(ready, go.value(), "DATA command"));
    talk_.trace().add(talk_.host(), ContentSent{talk_.connection(), talk_.layer(), message.id,
                                                talk_.trace().keep(message.content)});
    talk_.write(stuffed(message.content));
    constexpr std::string_view step = "sending end of data -- message may be sent more than once";
    Result<Reply> end = co_await attempt(answer(step, habits_.limits.end_of_data));
    if (!end.ok()) co_return unfinished(std::move(receipt), end.take_failure());
    receipt.final = std::move(end.value());
    const Verdict read = verdict(Step::end_of_data, receipt.final);
    if (read == Verdict::go_on) co_return std::move(receipt);
    Failure refused = failure_of(read, receipt.final, "end of DATA command");
    co_return unfinished(std::move(receipt), std::move(refused));
}

// To whom is still there; after a failed handshake nobody would understand it.
Task<Unit> Client::quit() {
    if (hung_up_) co_return Unit{};
    if (talk_.stream().state() != net::Stream::State::open) {
        talk_.stream().finish();
        co_return Unit{};
    }
    talk_.record_command("QUIT");
    talk_.write("QUIT\r\n");
    const Result<Reply> reply = co_await attempt(answer("sending QUIT", habits_.limits.quit));
    talk_.stream().finish();
    co_return Unit{};
}

}  // namespace smtp
