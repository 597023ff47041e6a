// The non-delivery report, read by Python's email package: RFC 3462, RFC 3464.
#include "sim/mta/bounce.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/mta/village.hpp"

using namespace core;

namespace {

constexpr const char* reader = R"(
import email, sys
from email import policy
m = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=policy.default)
print(m.get_content_type(), m.get_param('report-type'), len(m.defects))
print(m['To'], m['Auto-Submitted'])
parts = list(m.iter_parts())
print([p.get_content_type() for p in parts])
status = parts[1].get_payload()
print(status[0]['Reporting-MTA'])
for r in status[1:]:
    print(r['Final-Recipient'], r['Action'], r['Status'])
print('Eleven' in parts[2].get_content(), 'figures' in parts[2].get_content())
)";

std::string as_python_reads(std::string_view message) {
    char folder[] = "/tmp/mailtls-bounce-XXXXXX";
    BOOST_TEST_REQUIRE(mkdtemp(folder) != nullptr);
    const std::string base = folder;
    std::ofstream(base + "/mail", std::ios::binary) << message;
    std::ofstream(base + "/read.py") << reader;
    const std::string command = std::string(MAILTLS_PYTHON) + " " + base + "/read.py " + base +
                                "/mail > " + base + "/out 2>&1";
    const int status = std::system(command.c_str());
    std::ifstream in(base + "/out");
    std::ostringstream text;
    text << in.rdbuf();
    for (const char* file : {"/mail", "/read.py", "/out"}) std::remove((base + file).c_str());
    std::remove(folder);
    BOOST_TEST(status == 0, text.str());
    return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bounce)

BOOST_AUTO_TEST_CASE(a_report_is_read_by_a_mail_program) {
    Village v;
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    mta::InboundSettings settings = bob.inbound->settings();
    settings.users = {"bob"};
    v.world.receive(bob, settings);
    v.send({"nobody@bob.example", "bob@bob.example"});
    const auto returned = v.events<trace::BounceReturned>();
    BOOST_TEST_REQUIRE(returned.size() == 1u);
    BOOST_TEST(returned[0].to == "alice@alice.example");
    BOOST_TEST(as_python_reads(returned[0].content) ==
               "multipart/report delivery-status 0\n"
               "alice@alice.example auto-replied\n"
               "['text/plain', 'message/delivery-status', 'text/rfc822-headers']\n"
               "dns; mail.alice.example\n"
               "rfc822; nobody@bob.example failed 5.1.1\n"
               "False True\n");
}

// A mail that was deferred for too long is final all the same: class 5 (RFC 3464 section 2.3.4).
BOOST_AUTO_TEST_CASE(a_report_after_too_long_is_of_class_5) {
    Village v;
    v.receiver("mx.bob.example", "bob.example").inbound->listen(false);
    mta::OutboundSettings settings;
    settings.habits.schedule.gives_up_after = minutes(7);
    v.sender(std::move(settings));
    v.send({"bob@bob.example"});
    const auto returned = v.events<trace::BounceReturned>();
    BOOST_TEST_REQUIRE(returned.size() == 1u);
    BOOST_TEST(as_python_reads(returned[0].content).find("bob@bob.example failed 5.4.1") !=
               std::string::npos);
}

// RFC 2045 section 6.4.
BOOST_AUTO_TEST_CASE(eight_bits_in_returned_headers_are_declared) {
    for (const char* const subject : {"Gr\xc3\xbc\xc3\x9f"
                                      "e",
                                      "Greetings"}) {
        Village v;
        smtp::Message message;
        message.id = v.world.next_mail();
        message.envelope = {"alice@alice.example", {"bob@nowhere.example"}};
        message.content = std::string("Subject: ") + subject + "\r\n\r\nHello.\r\n";
        v.alice->outbound->submit(std::move(message), "<1@alice.example>");
        v.pass(hours(1));
        const auto returned = v.events<trace::BounceReturned>();
        BOOST_TEST_REQUIRE(returned.size() == 1u);
        const std::string_view content = returned[0].content;
        const bool eight = subject[2] != 'e';
        for (const char* const before : {"\r\nMIME-Version: 1.0\r\n", "text/rfc822-headers\r\n"}) {
            const std::size_t at = content.find(before);
            BOOST_TEST_REQUIRE(at != content.npos, subject);
            const std::string_view rest = content.substr(at + std::string_view(before).size());
            BOOST_TEST(rest.starts_with("Content-Transfer-Encoding: 8bit\r\n") == eight, subject);
        }
    }
}

// RFC 3461 section 4.3, RFC 3464 sections 2.2.1 and 2.3.1.
BOOST_AUTO_TEST_CASE(a_report_quotes_what_its_sender_asked_for) {
    for (const smtp::Return quoted : {smtp::Return::unsaid, smtp::Return::full}) {
        const bool full = quoted == smtp::Return::full;
        Village v;
        smtp::Message message;
        message.id = v.world.next_mail();
        message.envelope = {"alice@alice.example", {"bob@nowhere.example"}};
        message.envelope.wishes.quoted = quoted;
        message.envelope.wishes.envelope_id = "one+20two";
        message.content = "Subject: figures\r\n\r\nEleven.\r\n";
        v.alice->outbound->submit(std::move(message), "<1@alice.example>");
        v.pass(hours(1));
        const auto returned = v.events<trace::BounceReturned>();
        BOOST_TEST_REQUIRE(returned.size() == 1u);
        const std::string content(returned[0].content);
        BOOST_TEST(content.find("\r\n\r\nOriginal-Envelope-Id: one two\r\n") != content.npos);
        BOOST_TEST(content.find("\r\n\r\nOriginal-Recipient: rfc822; bob@nowhere.example\r\n"
                                "Final-Recipient: ") != content.npos);
        BOOST_TEST((content.find("Eleven") != content.npos) == full);
        const std::string read = as_python_reads(content);
        BOOST_TEST(read.starts_with("multipart/report delivery-status 0\n"), read);
        BOOST_TEST((read.find("'message/rfc822']") != read.npos) == full, read);
    }
}

// RFC 3461 section 5.2.3.
BOOST_AUTO_TEST_CASE(a_delivery_report_is_read_by_a_mail_program) {
    Village v;
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    mta::InboundSettings settings = bob.inbound->settings();
    settings.smtp.dsn = true;
    v.world.receive(bob, settings);
    mta::OutboundSettings sending;
    sending.domains = {"bob.example"};
    v.world.send(bob, std::move(sending));
    smtp::Message message;
    message.id = v.world.next_mail();
    message.envelope = {"alice@alice.example", {"bob@bob.example", "carol@bob.example"}};
    message.envelope.wishes.recipients["bob@bob.example"].notify = "SUCCESS";
    message.content = "Subject: figures\r\n\r\nEleven.\r\n";
    v.alice->outbound->submit(std::move(message), "<1@alice.example>");
    v.pass(hours(1));
    const auto reported = v.events<trace::DeliveryReported>();
    BOOST_TEST_REQUIRE(reported.size() == 1u);
    BOOST_TEST(reported[0].action == "delivered");
    BOOST_TEST((reported[0].report != trace::MailId::none));
    BOOST_TEST(as_python_reads(reported[0].content) ==
               "multipart/report delivery-status 0\n"
               "alice@alice.example auto-replied\n"
               "['text/plain', 'message/delivery-status', 'text/rfc822-headers']\n"
               "dns; mx.bob.example\n"
               "rfc822; bob@bob.example delivered 2.0.0\n"
               "False True\n");
}

// SMTP-29: RFC 5321 section 6.1.
BOOST_AUTO_TEST_CASE(there_is_no_report_about_a_report) {
    Village v;
    smtp::Message message;
    message.id = v.world.next_mail();
    message.envelope = {"", {"bob@nowhere.example"}};
    message.content = "Subject: a report\r\n\r\nNo.\r\n";
    v.alice->outbound->submit(std::move(message), "<1@alice.example>");
    v.pass(hours(1));
    BOOST_TEST(v.events<trace::MailBounced>().size() == 1u);
    BOOST_TEST(v.events<trace::BounceReturned>().empty());
}

// DSN-05: the mail will not be tried again, and says so by saying nothing; time zones are numbers.
// DSN-07: why policy held it back stands there in words, beside the status of RFC 3463.
BOOST_AUTO_TEST_CASE(a_report_about_a_policy_says_why) {
    Village v;
    mta::OutboundSettings strict;
    strict.usual.wanted = policy::requirement_of(policy::Level::encrypt);
    strict.habits.schedule.gives_up_after = minutes(7);
    v.sender(std::move(strict));
    v.receiver("mx.bob.example", "bob.example");
    v.send({"bob@bob.example"});
    const auto returned = v.events<trace::BounceReturned>();
    BOOST_TEST_REQUIRE(returned.size() == 1u);
    const std::string_view content = returned[0].content;
    const auto says = [&](std::string_view text) {
        return content.find(text) != std::string_view::npos;
    };
    BOOST_TEST(says("\r\nArrival-Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"));
    BOOST_TEST(!says("Will-Retry-Until"));
    BOOST_TEST(says("\r\nStatus: 5.7.4\r\nRemote-MTA: dns; mx.bob.example\r\n"));
    BOOST_TEST(says("\r\nDiagnostic-Code: x-mailtls; TLS is required, but was not offered"));
    BOOST_TEST(says("(starttls-not-supported)"));
}

// DSN-03: one report for all that failed in one attempt, each with a part of its own.
BOOST_AUTO_TEST_CASE(one_report_names_all_that_failed) {
    Village v;
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    mta::InboundSettings settings = bob.inbound->settings();
    settings.users.emplace();
    v.world.receive(bob, settings);
    v.send({"Bob@bob.example", "carol@bob.example", "dave@nowhere.example"});
    const auto returned = v.events<trace::BounceReturned>();
    BOOST_TEST_REQUIRE(returned.size() == 1u);
    const std::string read = as_python_reads(returned[0].content);
    for (const char* part :
         {"rfc822; Bob@bob.example failed 5.1.1\n", "rfc822; carol@bob.example failed 5.1.1\n",
          "rfc822; dave@nowhere.example failed 5.4.4\n"})
        BOOST_TEST(read.find(part) != std::string::npos, read);
}

// What a server says must not become a header or a part of the report, nor break the rules of mail:
// DSN-06, RFC 5322 sections 2.1.1 and 2.3.
BOOST_AUTO_TEST_CASE(what_a_hostile_server_says_stays_text) {
    const std::string words[] = {"5.1.1 no\nStatus: 2.0.0\nAction: delivered",
                                 "5.1.1 no\n\nAction: delivered",
                                 "5.1.1 no\rStatus: 2.0.0",
                                 "5.1.1 " + std::string(3000, 'a'),
                                 "5.1.1 n\xC3\xB6",
                                 std::string("5.1.1 no\0 no", 12)};
    for (const std::string& said : words) {
        Village v;
        sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
        mta::InboundSettings settings = bob.inbound->settings();
        settings.smtp.script.replies["RCPT"] = smtp::Reply(550, said);
        v.world.receive(bob, settings);
        v.send({"bob@bob.example"});
        const auto returned = v.events<trace::BounceReturned>();
        BOOST_TEST_REQUIRE(returned.size() == 1u);
        const std::string content(returned[0].content);
        std::size_t longest = 0;
        bool sound = true;
        for (std::size_t at = 0; at < content.size();) {
            const std::size_t end = content.find("\r\n", at);
            BOOST_TEST_REQUIRE(end != std::string::npos);
            longest = std::max(longest, end - at);
            for (; at < end; ++at) {
                const auto byte = static_cast<unsigned char>(content[at]);
                if (byte == '\r' || byte == '\n' || byte == 0 || byte >= 0x80) sound = false;
            }
            at = end + 2;
        }
        BOOST_TEST(sound, "a bare CR, LF or NUL, or 8 bits: " << said.substr(0, 40));
        BOOST_TEST(longest <= 998u, said.substr(0, 40));
        const std::string read = as_python_reads(returned[0].content);
        BOOST_TEST(read.find("rfc822; bob@bob.example failed 5.1.1\n") != std::string::npos, read);
    }
}

// RFC 3848: ESMTPS says that TLS was used.
BOOST_AUTO_TEST_CASE(the_trace_line_says_that_tls_was_used) {
    Village v;
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    mta::InboundSettings settings = bob.inbound->settings();
    settings.smtp.starttls = smtp::Offer::offered;
    tls::CertificateWish wish;
    wish.owner = "mx.bob.example";
    wish.authority = "Lab Root CA";
    wish.names = {"mx.bob.example"};
    wish.valid_from = world_begins - days(1);
    wish.valid_until = world_begins + days(90);
    settings.tls.identity = v.world.mint().issue(wish);
    v.world.receive(bob, settings);
    v.send({"bob@bob.example"});
    const auto& mailbox = bob.inbound->mailbox();
    BOOST_TEST_REQUIRE(mailbox.size() == 1u);
    BOOST_TEST(mailbox[0].content.find(" by mx.bob.example with ESMTPS id ") != std::string::npos);
    BOOST_TEST(v.events<trace::MailKept>()[0].queue_id == mailbox[0].queue_id);
    BOOST_TEST(mailbox[0].content.starts_with(v.events<trace::MailKept>()[0].received));
}

// RFC 5321 section 4.4, SMTP-28.
BOOST_AUTO_TEST_CASE(the_receiver_adds_its_trace_line_at_the_top) {
    Village v;
    sim::Gateway& bob = v.receiver("mx.bob.example", "bob.example");
    v.send({"bob@bob.example"});
    const auto& mailbox = bob.inbound->mailbox();
    BOOST_TEST_REQUIRE(mailbox.size() == 1u);
    const std::regex line(
        R"(Received: from mail\.alice\.example \(\[192\.0\.2\.\d+\]\) by mx\.bob\.example with )"
        R"(ESMTP id [0-9A-F]{10}; Thu, 01 Jan 2026 00:00:00 \+0000\r\n)");
    std::smatch found;
    BOOST_TEST_REQUIRE(std::regex_search(mailbox[0].content, found, line));
    BOOST_TEST(found.position() == 0);
    BOOST_TEST(mailbox[0].content.ends_with("Subject: figures\r\n\r\nEleven million.\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
