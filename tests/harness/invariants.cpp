// Each invariant, broken once by a trace made by hand, and what is said of it.
#include <boost/test/unit_test.hpp>

#include "harness/judge/invariants.hpp"

namespace {

using namespace trace;

constexpr HostId alice{0}, bob{1}, eve{2};
constexpr ConnectionId first{1}, second{2};
constexpr MailId mail{1};
constexpr std::string_view content =
    "Message-ID: <1@mail.alice.example>\r\n\r\nthe words of this mail alone\r\n";

// Alice sends one mail to Bob, and Eve sits between them.
struct Story {
    core::Loop loop{core::world_begins};
    Trace trace{loop};

    Story() {
        trace.add(alice, HostJoined{alice, "alice", "192.0.2.1", Role::sender, {}});
        trace.add(bob, HostJoined{bob, "bob", "192.0.2.2", Role::receiver, {}});
        trace.add(eve, HostJoined{eve, "eve", "", Role::watcher, {}});
        trace.add(alice, MailSubmitted{mail, "a@alice.example", "b@bob.example",
                                       "<1@mail.alice.example>", content});
        trace.add(alice, DeliveryStarted{mail, "bob.example", "may", 1});
    }
    void open(ConnectionId connection, Demanded demanded = Demanded::nothing) {
        trace.add(alice, ConnectionAsked{connection, "192.0.2.2", 25, bob});
        trace.add(alice, HostTried{mail, connection, "bob", "192.0.2.2", demanded});
    }
    void judge(ConnectionId connection, Ruling ruling, Peer peer) {
        trace.add(alice, PolicyJudged{connection, ruling, peer, Reason::none, "secure", ""});
    }
    void send(ConnectionId connection, Layer layer = Layer::tls) {
        trace.add(alice, ContentSent{connection, layer, mail, content});
        trace.add(bob, ContentReceived{connection, layer, content});
    }
    void bytes(ConnectionId connection, std::string_view text, Mark mark = Mark::none) {
        trace.add(alice, SegmentSent{connection, Way::to_server, mark, 0, text});
    }
    void keep(ConnectionId connection) {
        trace.add(bob, MailKept{connection, "a@alice.example", "b@bob.example", "Q", ""});
    }
    void reply(ConnectionId connection) {
        trace.add(alice, ReplyReceived{connection, Layer::tls, 250, "250 Ok"});
    }
    void defer(std::string_view detail) {
        trace.add(alice, MailDeferred{mail, Reason::connection_lost, "b@bob.example", "4.4.2",
                                      detail, loop.now()});
    }
    void deliver(ConnectionId connection) {
        trace.add(alice, MailDelivered{mail, connection, "b@bob.example", "bob", "2.0.0", "Ok"});
    }
};

using Told = void (*)(Story&);
struct Case {
    const char* name;
    Told told;
    const char* sentence;  ///< Empty: everything holds.
};

void arrives(Story& s) {
    s.open(first);
    s.send(first);
    s.keep(first);
    s.reply(first);
    s.deliver(first);
}

const Case cases[] = {
    {"", arrives, ""},
    {"one-fate",
     [](Story& s) {
         arrives(s);
         s.deliver(first);
     },
     "mail 1 has its fate already for b@bob.example, and yet: mail-delivered"},
    {"one-fate",
     [](Story& s) {
         arrives(s);
         s.trace.add(alice, DeliveryStarted{mail, "bob.example", "may", 2});
     },
     "mail 1 has its fate already, and yet: delivery-started"},
    {"one-fate",
     [](Story& s) {
         s.trace.add(alice, MailBounced{mail, Reason::timeout, "x@bob.example", "4.4.1", ""});
     },
     "mail 1 has no business for x@bob.example, and yet: mail-bounced"},
    {"delivered-is-kept",
     [](Story& s) {
         s.open(first);
         s.send(first);
         s.deliver(first);
     },
     "mail 1 counts as delivered to b@bob.example over connection 1, where nobody has kept it"},
    {"",
     [](Story& s) {
         s.open(first);
         s.trace.add(eve, SegmentInjected{first, Way::to_client, Mark::none, "250 Ok\r\n", "x"});
         s.send(first);
         s.deliver(first);
     },
     ""},
    {"kept-once",
     [](Story& s) {
         s.open(first);
         s.send(first);
         s.keep(first);
         s.reply(first);
         s.open(second);
         s.send(second);
         s.keep(second);
     },
     "bob keeps mail 1 for b@bob.example a second time, though the first reply had come"},
    {"kept-once",
     [](Story& s) {
         s.open(first);
         s.send(first);
         s.keep(first);
         s.defer("lost connection");
         s.open(second);
         s.send(second);
         s.keep(second);
     },
     "bob keeps mail 1 for b@bob.example a second time, and no deferral has said that it might"},
    {"",
     [](Story& s) {
         s.open(first);
         s.send(first);
         s.keep(first);
         s.defer("lost connection while sending end of data -- message may be sent more than once");
         s.open(second);
         s.send(second);
         s.keep(second);
     },
     ""},
    {"sealed-on-demand",
     [](Story& s) {
         s.open(first, Demanded::encryption);
         s.bytes(first, "MAIL FROM:<a@alice");
         s.bytes(first, ".example>\r\n");
     },
     "policy demands encryption, and 'MAIL FROM:<a@alice.example>' of mail 1 crosses connection 1 "
     "in clear text"},
    {"sealed-on-demand",
     [](Story& s) {
         s.open(first, Demanded::encryption);
         s.send(first, Layer::clear);
     },
     "policy demands encryption, and mail 1 crosses connection 1 in clear text"},
    {"",
     [](Story& s) {
         s.trace.add(alice, GatewayFlawed{"falls back to clear text under enforce"});
         s.open(first, Demanded::encryption);
         s.bytes(first, "MAIL FROM:<a@alice.example>\r\n");
         s.send(first, Layer::clear);
     },
     ""},
    {"refused-gets-none",
     [](Story& s) {
         s.open(first);
         s.judge(first, Ruling::refused, Peer::untrusted);
         s.send(first);
     },
     "policy refused the peer of connection 1, and mail 1 is sent there"},
    {"verified-on-demand",
     [](Story& s) {
         s.open(first, Demanded::authentication);
         s.judge(first, Ruling::accepted, Peer::trusted);
         s.send(first);
     },
     "policy demands authentication, and mail 1 is sent on connection 1 to a peer that is not "
     "verified"},
    {"time-goes-on",
     [](Story& s) {
         s.loop.set_cause(0);
         s.open(first);
     },
     "event 6 has event 0 as its cause"},
    {"time-goes-on",
     [](Story& s) {
         s.loop.set_cause(99);
         s.open(first);
     },
     "event 6 has event 99 as its cause"},
    {"down-is-silent",
     [](Story& s) {
         s.open(first);
         s.trace.add(bob, HostWentDown{bob});
         s.send(first);
     },
     "bob is down, and yet: content-received"},
    {"ended-is-silent",
     [](Story& s) {
         s.open(first);
         s.bytes(first, "QUIT\r\n", Mark::fin);
         s.bytes(first, "", Mark::reset);
         s.bytes(first, "QUIT\r\n");
     },
     "alice ended connection 1 and sends more on it"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(invariants)

BOOST_AUTO_TEST_CASE(each_is_broken_by_a_trace_and_says_how) {
    for (const Case& c : cases) {
        Story story;
        c.told(story);
        const std::vector<judge::Broken> broken = judge::broken_invariants(story.trace);
        const std::string sentence = broken.empty() ? std::string() : broken.front().sentence;
        BOOST_TEST(sentence == c.sentence);
        BOOST_TEST(broken.size() == (*c.sentence == '\0' ? 0u : 1u), c.sentence);
        if (!broken.empty()) BOOST_TEST(word(broken.front().invariant) == c.name);
    }
}

// Verdicts of another trace: Eve is said to have read what never passed her readable.
BOOST_AUTO_TEST_CASE(a_watcher_knows_what_the_bytes_allow) {
    std::vector<judge::MailVerdict> verdicts(1);
    verdicts.front().mail = mail;
    verdicts.front().read_by = {"eve"};
    const auto broken = [&](Layer layer, bool passes) {
        Story story;
        story.open(first);
        if (passes) story.trace.add(eve, SegmentPassed{first, Way::to_server, Mark::none, content});
        story.send(first, layer);
        return judge::broken_invariants(story.trace, verdicts);
    };
    BOOST_TEST(broken(Layer::clear, true).empty());
    for (const auto& [layer, passes] :
         {std::pair{Layer::clear, false}, std::pair{Layer::tls, true}}) {
        const std::vector<judge::Broken> found = broken(layer, passes);
        BOOST_TEST_REQUIRE(found.size() == 1u);
        BOOST_TEST(found.front().sentence ==
                   "eve has read mail 1, but no copy of it was readable on a connection that "
                   "passed there");
    }
}

// A report quotes the mail that it is about: who read that, or a copy of it, has read these words.
BOOST_AUTO_TEST_CASE(a_report_is_as_readable_as_what_it_quotes) {
    constexpr MailId copy{2}, report{3}, report_s_copy{4}, stranger{5};
    struct Row {
        MailId readable, read;
        Layer layer;
        bool holds;
    };
    const Row rows[] = {
        {mail, report, Layer::clear, true},      {copy, report, Layer::clear, true},
        {report, report, Layer::clear, true},    {report_s_copy, report, Layer::clear, true},
        {mail, report, Layer::tls, false},       {stranger, report, Layer::clear, false},
        {copy, mail, Layer::clear, true},        {mail, stranger, Layer::clear, false},
        {report, stranger, Layer::clear, false},
    };
    for (const Row& row : rows) {
        std::vector<judge::MailVerdict> verdicts(1);
        verdicts.front().mail = row.read;
        verdicts.front().read_by = {"eve"};
        Story story;
        Trace& trace = story.trace;
        const std::string_view to = "b@bob.example", from = "a@alice.example";
        trace.add(alice, MailSubmitted{stranger, from, to, "<5@mail.alice.example>", content});
        const auto cross = [&](ConnectionId connection, MailId what) {
            trace.add(alice, ConnectionAsked{connection, "192.0.2.2", 25, bob});
            if (what == row.readable)
                trace.add(eve, SegmentPassed{connection, Way::to_server, Mark::none, content});
            trace.add(alice, ContentSent{connection, row.layer, what, content});
        };
        cross(ConnectionId{1}, mail);
        trace.add(bob, MailRelayed{copy, ConnectionId{1}, from, to, content});
        cross(ConnectionId{2}, copy);
        trace.add(bob, MailBounced{copy, Reason::smtp_refused, to, "5.1.1", ""});
        trace.add(bob, BounceSent{copy, report, from, content});
        cross(ConnectionId{3}, report);
        trace.add(bob, MailRelayed{report_s_copy, ConnectionId{3}, "", from, content});
        cross(ConnectionId{4}, report_s_copy);
        cross(ConnectionId{5}, stranger);
        BOOST_TEST(judge::broken_invariants(trace, verdicts).empty() == row.holds,
                   static_cast<unsigned>(row.readable) << " " << static_cast<unsigned>(row.read));
    }
}

// A delivery report quotes the mail that crossed on its connection, and no other.
BOOST_AUTO_TEST_CASE(a_delivery_report_goes_back_to_the_mail_on_its_connection) {
    constexpr MailId mail{1}, report{2}, stranger{3};
    for (const MailId readable : {mail, stranger}) {
        std::vector<judge::MailVerdict> verdicts(1);
        verdicts.front().mail = report;
        verdicts.front().read_by = {"eve"};
        Story story;
        Trace& trace = story.trace;
        const auto cross = [&](ConnectionId connection, MailId what) {
            trace.add(alice, ConnectionAsked{connection, "192.0.2.2", 25, bob});
            if (what == readable)
                trace.add(eve, SegmentPassed{connection, Way::to_server, Mark::none, content});
            trace.add(alice, ContentSent{connection, Layer::clear, what, content});
        };
        cross(ConnectionId{1}, mail);
        trace.add(bob, DeliveryReported{ConnectionId{1}, report, "delivered", "a@alice.example",
                                        content});
        cross(ConnectionId{2}, stranger);
        BOOST_TEST(judge::broken_invariants(trace, verdicts).empty() == (readable == mail));
    }
}

BOOST_AUTO_TEST_CASE(what_is_told_names_the_scenario_and_ends_with_the_event) {
    Story story;
    arrives(story);
    story.deliver(first);
    const std::vector<judge::Broken> broken = judge::broken_invariants(story.trace);
    BOOST_TEST_REQUIRE(broken.size() == 1u);
    const std::string text = judge::told(broken.front(), story.trace, "a.lua::one", 7);
    BOOST_TEST(text.starts_with("a bug in mailtls: mail 1 has its fate already for b@bob.example, "
                                "and yet: mail-delivered (one-fate)\n  a.lua::one, seed 7;"),
               text);
    BOOST_TEST(text.find("mail-delivered  mail=1") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
