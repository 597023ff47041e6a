// What a gateway believes of mails that nobody has submitted to it.
#include "harness/report/beliefs.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace trace;
using namespace report;

constexpr HostId relay{0};

}  // namespace

BOOST_AUTO_TEST_SUITE(beliefs)

BOOST_AUTO_TEST_CASE(each_mail_of_its_own_making_waits_in_its_queue) {
    struct Case {
        Body body;
        const char *subject, *value;
    };
    const Case cases[] = {
        {MailRelayed{MailId{2}, ConnectionId{1}, "a@alice.example", "b@bob.example", ""}, "mail 2",
         "came by connection 1, waits for b@bob.example"},
        {BounceSent{MailId{2}, MailId{3}, "a@alice.example", ""}, "mail 3",
         "a non-delivery report on mail 2, waits for a@alice.example"},
        {DeliveryReported{ConnectionId{1}, MailId{5}, "relayed", "a@alice.example", ""}, "mail 5",
         "a delivery report (relayed) on connection 1, waits for a@alice.example"},
        {TlsReportSent{MailId{4}, "reports@bob.example", ""}, "mail 4",
         "a TLS report, waits for reports@bob.example"},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.value) {
            core::Loop loop{core::world_begins};
            Trace trace(loop);
            c.body.visit([&](const auto& body) { trace.add(relay, body); });
            const std::vector<Belief> all = beliefs_of(trace);
            BOOST_TEST_REQUIRE(all.size() == 1u);
            BOOST_TEST((all[0].event == 1 && all[0].host == relay));
            BOOST_TEST((all[0].topic == Topic::queue));
            BOOST_TEST(all[0].subject == c.subject);
            BOOST_TEST(all[0].value == c.value);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
