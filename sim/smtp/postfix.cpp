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
    // smtp_chat.c. RFC 5321 section 4.2 has no such lines, and section 2.3.8 no such ends.
    out.replies = {
        .ends = ReplyEnds::lf_too,
        .odd_line = OddLine::one_more_line,
        .odd_codes = OddCodes::last_counts,
        .too_long = TooLong::is_cut,
        .longest_line = 2048,  // line_length_limit
        .most_lines = 2048,
        .longest_text = 2048,  // line_length_limit
    };
    out.hello = HelloWords::loose;        // smtp_proto.c
    out.old_size = OldSize::still_holds;  // smtp_proto.c, against RFC 3207 section 4.2
    out.hidden_greeting = "20 *\t\r\n";   // smtp_pix_workarounds = disable_esmtp
    return out;
}

namespace {

// smtp_proto.c, smtp_trouble.c: the first digit decides, but where a row says otherwise. What is no
// answer to the step breaks the protocol, and is final (5.5.0); RFC 5321 section 4.2 leaves that
// open.
constexpr ReadingRow rows[] = {
    {Step::greeting, 200, 299, Verdict::go_on},
    // A refused greeting says no more than that this host is out of order: try another, later (RFC
    // 5321 section 4.3.2; smtp_skip_5xx_greeting = yes).
    {Step::greeting, 400, 599, Verdict::for_now},
    {Step::greeting, 0, 999, Verdict::for_good},
    {Step::ehlo, 200, 299, Verdict::go_on},
    {Step::ehlo, 421, 421, Verdict::for_now},
    {Step::ehlo, 0, 999, Verdict::helo_instead},
    {Step::helo, 200, 299, Verdict::go_on},
    {Step::helo, 400, 499, Verdict::for_now},
    {Step::helo, 0, 999, Verdict::for_good},
    // RFC 3207 section 4 has 220 alone.
    {Step::starttls, 200, 299, Verdict::go_on},
    {Step::starttls, 0, 999, Verdict::without_tls},
    // The server's 5yz is taken for its last word, though the next host might have had TLS.
    {Step::starttls_demanded, 400, 499, Verdict::for_now},
    {Step::starttls_demanded, 0, 999, Verdict::for_good},
    {Step::mail, 200, 299, Verdict::go_on},
    {Step::mail, 400, 499, Verdict::for_now},
    {Step::mail, 0, 999, Verdict::for_good},
    // 552 included, which RFC 5321 section 4.5.3.1.10 wants read as 452.
    {Step::rcpt, 200, 299, Verdict::go_on},
    {Step::rcpt, 400, 499, Verdict::for_now},
    {Step::rcpt, 0, 999, Verdict::for_good},
    {Step::data, 300, 399, Verdict::go_on},
    {Step::data, 400, 499, Verdict::for_now},
    {Step::data, 0, 999, Verdict::for_good},
    {Step::end_of_data, 200, 299, Verdict::go_on},
    {Step::end_of_data, 400, 499, Verdict::for_now},
    {Step::end_of_data, 0, 999, Verdict::for_good},
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
    .bad_wish = {501, "5.5.4 Bad {} parameter syntax"},
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
