// The non-delivery report, read by Python's email package: RFC 3462, RFC 3464.
#include "sim/mta/bounce.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "village.hpp"

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
    settings.gives_up_after = minutes(7);
    v.sender(std::move(settings));
    v.send({"bob@bob.example"});
    const auto returned = v.events<trace::BounceReturned>();
    BOOST_TEST_REQUIRE(returned.size() == 1u);
    BOOST_TEST(as_python_reads(returned[0].content).find("bob@bob.example failed 5.4.1") !=
               std::string::npos);
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
