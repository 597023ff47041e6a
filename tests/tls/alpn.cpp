// Which protocol two channels agree to speak inside (ALPN, RFC 7301).
#include <boost/test/unit_test.hpp>

#include "tests/tls/lab.hpp"

BOOST_AUTO_TEST_SUITE(alpn)

// RFC 7301 section 3.2.
BOOST_AUTO_TEST_CASE(an_application_protocol_is_agreed_on_where_both_name_some) {
    using Names = std::vector<std::string>;
    struct Row {
        Names server, client;
        std::string agreed;  ///< Or "none in common".
    };
    const std::string longest(255, 'x');
    const Row rows[] = {
        {{"smtp"}, {"smtp"}, "smtp"},
        {{"smtp", "http/1.1"}, {"http/1.1", "smtp"}, "smtp"},
        {{"smtp"}, {"smt", "smtp2", "smtp"}, "smtp"},
        {{longest}, {longest}, longest},
        {{"smtp"}, {}, ""},
        {{}, {"smtp"}, ""},
        {{"smtp"}, {"SMTP"}, "none in common"},
        {{"smtp"}, {"h2", "http/1.1"}, "none in common"},
    };
    for (const tls::Version version : {tls::Version::tls12, tls::Version::tls13})
        for (const Row& row : rows) {
            Lab lab;
            tls::Settings of_server = lab.server();
            tls::Settings of_client = lab.client();
            of_client.lowest = of_client.highest = version;
            of_server.alpn = row.server;
            of_client.alpn = row.client;
            Session s(lab, of_server, of_client);
            const bool agreed = row.agreed != "none in common";
            BOOST_TEST(s.shake_hands() == agreed);
            if (!agreed) {
                BOOST_TEST(s.client_run->words() ==
                           "TLS handshake failed: the peer sent the fatal alert "
                           "no_application_protocol (120): no application protocol in common");
                BOOST_TEST(s.server_run->words() ==
                           "TLS handshake failed: no application protocol in common");
                continue;
            }
            BOOST_TEST(s.client.application_protocol() == row.agreed);
            BOOST_TEST(s.server.application_protocol() == row.agreed);
            for (const auto& e : lab.events<trace::HandshakeFinished>())
                BOOST_TEST(e.alpn.text == row.agreed);
        }
}

BOOST_AUTO_TEST_SUITE_END()
