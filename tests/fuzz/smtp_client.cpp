// A client that hears anything, however the bytes come: it says the same and makes the same of it.
// The last byte chooses whose habits it has.
#include "sim/smtp/client.hpp"
#include "sim/smtp/exim.hpp"
#include "sim/smtp/opensmtpd.hpp"
#include "sim/smtp/postfix.hpp"
#include "sim/smtp/strict.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/smtp/pipe.hpp"

using namespace core;

namespace {

class NoTls final : public smtp::Security {
  public:
    smtp::Starttls starttls() const override { return smtp::Starttls::never; }
    smtp::AfterRefusal without_tls(smtp::NoTls) override {
        return smtp::AfterRefusal::go_on_in_clear;
    }
    Task<net::Stream*> secure(net::Stream& clear) override {
        net::Stream* const same = &clear;
        co_return same;
    }
    smtp::AfterRefusal after_failed_handshake() override { return smtp::AfterRefusal::give_up; }
    Result<Unit> judge() override { return Unit{}; }
};

std::string sound(const Failure& failure) {
    ENSURE(failure.code.size() >= 5 && failure.code[1] == '.');
    ENSURE(failure.code[0] == '4' || failure.code[0] == '5');
    return failure.code + " " + std::string(word(failure.reason)) + " " + failure.detail;
}

std::string told_of(const Result<smtp::Receipt>& outcome, const smtp::Message& message) {
    if (!outcome.ok()) return sound(outcome.failure());
    const smtp::Receipt& receipt = outcome.value();
    ENSURE(receipt.recipients.size() == message.envelope.recipients.size());
    std::string told = receipt.final.wire();
    bool taken = false;
    for (const smtp::RecipientOutcome& r : receipt.recipients) {
        taken = taken || !r.refused;
        told += r.recipient + ": " + (r.refused ? sound(*r.refused) : "taken") + "\n";
    }
    if (taken) ENSURE(receipt.final.good());  // only 2yz takes responsibility (SMTP-17)
    return told;
}

std::string told_of(const std::vector<std::string_view>& pieces, const smtp::ClientHabits& habits) {
    Loop loop{world_begins};
    trace::Trace trace(loop);
    Pipe pipe(loop);
    smtp::Conversation talk(pipe.client, trace, trace::HostId{0});
    NoTls security;
    smtp::Client client(talk, "mail.alice.example", habits, security);
    smtp::Message message;
    message.envelope = {"alice@alice.example", {"bob@bob.example", "carol@bob.example"}};
    message.content = "Subject: Q3\r\n\r\n.Eleven million.\r\n";
    Run<smtp::Receipt> run(loop, client.send(message));
    settle(loop);
    for (const std::string_view piece : pieces) {
        pipe.server.write(piece);
        settle(loop);
    }
    pipe.server.finish();
    settle(loop);
    ENSURE(run.outcome.has_value());
    const std::string said(pipe.server.available());
    ENSURE(said.empty() || said.ends_with("\r\n"));
    return said + told_of(*run.outcome, message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const smtp::ClientHabits all[] = {smtp::postfix_client(), smtp::exim_client(),
                                             smtp::opensmtpd_client(),
                                             smtp::strict(smtp::postfix_client())};
    fuzz::Input input(data, size);
    const smtp::ClientHabits& habits = all[input.byte() % std::size(all)];
    const std::vector<std::size_t> places = input.places();
    const std::string whole = told_of({input.text()}, habits);
    ENSURE(whole == told_of(fuzz::cut(input.text(), places), habits));
    return 0;
}
