// Postfix 3.7 on the wire, row by row with its parameter of postconf(5).
#include "sim/smtp/postfix.hpp"

namespace smtp {

ClientHabits postfix_client() {
    ClientHabits out;
    out.limits = {
        .greeting = seconds(300),     // smtp_helo_timeout
        .hello = seconds(300),        // smtp_helo_timeout
        .starttls = seconds(300),     // smtp_starttls_timeout
        .handshake = seconds(300),    // smtp_starttls_timeout
        .mail = seconds(300),         // smtp_mail_timeout
        .rcpt = seconds(300),         // smtp_rcpt_timeout
        .data = seconds(120),         // smtp_data_init_timeout
        .end_of_data = seconds(600),  // smtp_data_done_timeout
        // Not smtp_quit_timeout (300 s): smtp_skip_quit_response = yes says not to wait at all.
        .quit = seconds(10),
    };
    out.reading = postfix_reading();
    return out;
}

namespace {

// smtp_proto.c, smtp_trouble.c: the first digit decides, but where a row says otherwise. Replies
// out of turn are for now.
constexpr ReadingRow rows[] = {
    {Step::greeting, 200, 299, Verdict::go_on},
    // A refused greeting says no more than that this host is out of order: try another, later (RFC
    // 5321 section 4.3.2; smtp_skip_5xx_greeting = yes).
    {Step::greeting, 300, 599, Verdict::for_now},
    {Step::ehlo, 200, 299, Verdict::go_on},
    {Step::ehlo, 400, 499, Verdict::for_now},
    {Step::ehlo, 300, 599, Verdict::helo_instead},
    {Step::helo, 200, 299, Verdict::go_on},
    {Step::helo, 500, 599, Verdict::for_good},
    {Step::helo, 300, 499, Verdict::for_now},
    {Step::starttls, 220, 220, Verdict::go_on},
    {Step::starttls, 200, 599, Verdict::without_tls},
    // The server's 5yz is taken for its last word, though the next host might have had TLS.
    {Step::starttls_demanded, 500, 599, Verdict::for_good},
    {Step::starttls_demanded, 200, 499, Verdict::for_now},
    {Step::mail, 200, 299, Verdict::go_on},
    {Step::mail, 500, 599, Verdict::for_good},
    {Step::mail, 300, 499, Verdict::for_now},
    {Step::rcpt, 200, 299, Verdict::go_on},
    {Step::rcpt, 552, 552, Verdict::too_many_recipients},
    {Step::rcpt, 500, 599, Verdict::for_good},
    {Step::rcpt, 300, 499, Verdict::for_now},
    {Step::data, 354, 354, Verdict::go_on},
    {Step::data, 500, 599, Verdict::for_good},
    {Step::data, 200, 499, Verdict::for_now},
    {Step::end_of_data, 200, 299, Verdict::go_on},
    {Step::end_of_data, 500, 599, Verdict::for_good},
    {Step::end_of_data, 300, 499, Verdict::for_now},
};

}  // namespace

Reading postfix_reading() { return rows; }

namespace {

constexpr ServerTexts texts{
    .greeting = {220, "{} ESMTP"},
    .timeout = {421, "4.4.2 {} Error: timeout exceeded"},
    .too_many_errors = {421, "4.7.0 {} Error: too many errors"},
    .line_too_long = {500, "5.5.2 Error: line too long"},
    .bare_in_command = {500, "5.5.2 Error: bare CR, LF or NUL in a command"},
    .unknown_command = {500, "5.5.2 Error: command not recognized"},
    .takes_no_mail = {503, "5.5.1 Error: no mail is taken here"},
    .starttls_first = {530, "5.7.0 Must issue a STARTTLS command first"},
    .hello_syntax = {501, "5.5.4 Syntax: {} hostname"},
    .starttls_syntax = {501, "5.5.4 Syntax: STARTTLS"},
    .tls_active = {554, "5.5.1 Error: TLS already active"},
    .no_starttls = {502, "5.5.1 Error: command not implemented"},
    .ready_for_tls = {220, "2.0.0 Ready to start TLS"},
    .hello_first = {503, "5.5.1 Error: send HELO/EHLO first"},
    .nested_mail = {503, "5.5.1 Error: nested MAIL command"},
    .sender_ok = {250, "2.1.0 Ok"},
    .bad_path = {501, "5.5.4 {}"},
    .size_is_no_number = {501, "5.5.4 SIZE must be a number"},
    .too_large = {552, "5.3.4 Message size exceeds fixed limit"},
    .bad_body = {501, "5.5.4 Unknown BODY value"},
    .requiretls_needs_tls = {523, "5.7.10 REQUIRETLS needs TLS"},
    .requiretls_value = {501, "5.5.4 REQUIRETLS takes no value"},
    .unknown_option = {555, "5.5.4 Unsupported option: {}"},
    .mail_first = {503, "5.5.1 Error: need MAIL command"},
    .too_many_recipients = {452, "4.5.3 Error: too many recipients"},
    .data_syntax = {501, "5.5.4 Syntax: DATA"},
    .no_recipients = {554, "5.5.1 Error: no valid recipients"},
    .start_data = {354, "End data with <CR><LF>.<CR><LF>"},
    .bare_line_end = {550, "5.5.2 Error: bare <CR> or <LF> received"},
    .ok = {250, "2.0.0 Ok"},
    .verified = {252, "2.1.5 Send some mail, I will try my best"},
    .bye = {221, "2.0.0 Bye"},
};

}  // namespace

const ServerHabits& postfix_server() {
    static constexpr ServerHabits habits{
        .idle = seconds(300),     // smtpd_timeout
        .most_errors = 20,        // smtpd_hard_error_limit
        .most_recipients = 1000,  // smtpd_recipient_limit
        .texts = texts,
    };
    return habits;
}

}  // namespace smtp
