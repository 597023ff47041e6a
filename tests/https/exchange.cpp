// One request over simulated TLS: RFC 8461 section 3.3, RFC 9110.
#include <boost/test/unit_test.hpp>

#include "sim/https/client.hpp"
#include "sim/https/server.hpp"
#include "tests/net/town.hpp"

using namespace https;

namespace {

constexpr const char* host = "mta-sts.bob.example";

class Page final : public Site {
  public:
    std::optional<std::string> answer(const Request& request) override {
        asked.push_back(request);
        return says;
    }
    std::optional<std::string> says;
    std::vector<Request> asked;
};

class Check final : public PeerCheck {
  public:
    Result<Unit> judge(const tls::PeerCertificate& peer) const override {
        seen = peer;
        if (accepts) return Unit{};
        return Failure(Reason::sts_webpki_invalid, "not the one that was meant", "4.7.5");
    }
    bool accepts = true;
    mutable tls::PeerCertificate seen;
};

// Keeps what passes, and cuts before what the server sends as its `cut_at`th piece once it was
// asked.
class Middle final : public net::Rule {
  public:
    explicit Middle(const Page& page) : page_(page) {}
    net::Verdict judge(const net::Passing& p) override {
        (p.way == trace::Way::to_server ? to_server : to_client) += p.bytes;
        if (p.way == trace::Way::to_client && !page_.asked.empty() && ++pieces_ == cut_at)
            return net::Verdict::cuts();
        return net::Verdict::passes();
    }
    net::Gate opens(const net::Opening&) override { return net::Gate::passes; }
    std::string to_server, to_client;
    int cut_at = 0;

  private:
    const Page& page_;
    int pieces_ = 0;
};

struct Web : Town {
    Web() {
        tls::CertificateWish wish;
        wish.owner = host;
        wish.authority = "Lab Root CA";
        wish.names = {host};
        wish.valid_from = world_begins - days(1);
        wish.valid_until = world_begins + days(90);
        tls::Settings settings;
        settings.identity = mint.issue(wish);
        server.configure(std::move(settings));
        server.listen(true);
        network.add_rule(alice, bob, middle);
        page.says = encode(Response());
    }
    Result<Response> get(std::size_t largest = 1000, Duration patience = minutes(1)) {
        tls::Settings settings;
        settings.trust = mint.trust({"Lab Root CA"});
        const Asker asker{network, library, alice, tls::prepare_client(library, settings)};
        Task<Response> task = limited(asker, largest, patience);
        Started<Response> run(loop, std::move(task));
        to_the_end();
        ENSURE(run.outcome.has_value());
        took = run.at;
        return std::move(*run.outcome);
    }
    Task<Response> limited(Asker asker, std::size_t largest, Duration patience) {
        const std::string address = network.host(bob).address;
        const Url url{host, port, "/.well-known/mta-sts.txt"};
        Task<Response> task = exchange(asker, url, address, Request(), check, largest);
        Response response = co_await within(patience, "fetching", std::move(task));
        co_return std::move(response);
    }
    template <class T>
    int count() const {
        int n = 0;
        trace.each_of<T>([&](const trace::Event&, const T&) { ++n; });
        return n;
    }

    tls::Library library{loop, Chance(1)};
    tls::Mint mint{library};
    Page page;
    Check check;
    std::shared_ptr<Middle> middle = std::make_shared<Middle>(page);
    Server server{network, library, bob, page};
    Duration took;
};

Response text(std::string body) {
    Response out;
    out.fields["content-type"] = "text/plain";
    out.body = std::move(body);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange)

BOOST_AUTO_TEST_CASE(a_request_and_its_answer) {
    Web web;
    web.page.says = encode(text("hello"));
    const Result<Response> response = web.get();
    BOOST_TEST_REQUIRE(response.ok());
    BOOST_TEST(response.value().status == 200);
    BOOST_TEST(response.value().body == "hello");
    BOOST_TEST_REQUIRE(web.page.asked.size() == 1u);
    const Request& asked = web.page.asked.front();
    BOOST_TEST(asked.method == "GET");
    BOOST_TEST(asked.target == "/.well-known/mta-sts.txt");
    BOOST_TEST(asked.fields.at("host") == host);
    BOOST_TEST(asked.fields.at("connection") == "close");
    BOOST_TEST(web.count<trace::HttpRequestSent>() == 1);
    BOOST_TEST(web.count<trace::HttpResponseReceived>() == 1);
    // The check was shown the certificate.
    BOOST_TEST(web.check.seen.trusted);
    BOOST_TEST_REQUIRE(web.check.seen.dns_names.size() == 1u);
    BOOST_TEST(web.check.seen.dns_names[0] == host);
}

// STS-06: an eavesdropper reads the name of the policy host, and nothing of what is said.
BOOST_AUTO_TEST_CASE(the_name_passes_readable_and_the_rest_does_not) {
    Web web;
    web.page.says = encode(text("hello, policy"));
    BOOST_TEST(web.get().ok());
    BOOST_TEST(web.middle->to_server.find(host) != std::string::npos);
    BOOST_TEST(web.middle->to_server.find("well-known") == std::string::npos);
    BOOST_TEST(web.middle->to_client.find("hello, policy") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_byte_of_http_goes_to_a_peer_that_is_refused) {
    Web web;
    web.check.accepts = false;
    const Result<Response> response = web.get();
    BOOST_TEST_REQUIRE(!response.ok());
    BOOST_TEST((response.failure().reason == Reason::sts_webpki_invalid));
    BOOST_TEST(web.page.asked.empty());
    BOOST_TEST(web.count<trace::HttpRequestSent>() == 0);
    BOOST_TEST(web.count<trace::HttpResponseSent>() == 0);
}

// STS-10: whoever asks sets the limit of time.
BOOST_AUTO_TEST_CASE(a_server_that_stalls_is_left_in_time) {
    Web web;
    web.page.says.reset();
    const Result<Response> response = web.get();
    BOOST_TEST_REQUIRE(!response.ok());
    BOOST_TEST((response.failure().reason == Reason::timeout));
    BOOST_TEST((web.took == minutes(1)));
    BOOST_TEST(web.page.asked.size() == 1u);
    BOOST_TEST((web.now() < minutes(2)));  // and the server does not wait on
}

BOOST_AUTO_TEST_CASE(nobody_listens) {
    Web web;
    web.server.listen(false);
    const Result<Response> response = web.get();
    BOOST_TEST_REQUIRE(!response.ok());
    BOOST_TEST((response.failure().reason == Reason::connection_refused));
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_before_the_answer) {
    Web web;
    web.page.says = encode(text("hello"));
    web.middle->cut_at = 1;
    const Result<Response> response = web.get();
    BOOST_TEST_REQUIRE(!response.ok());
    BOOST_TEST((response.failure().reason == Reason::connection_lost));
    BOOST_TEST(web.page.asked.size() == 1u);
}

// RFC 9112 section 9.8: an answer without a length that ends without close_notify is not whole.
BOOST_AUTO_TEST_CASE(an_answer_whose_end_is_cut_off_is_none) {
    const auto fetch = [](int cut_at) {
        Web web;
        web.page.says = "HTTP/1.1 200 OK\r\n\r\nhello";
        web.middle->cut_at = cut_at;
        const Result<Response> response = web.get();
        return response.ok() ? response.value().body : std::string(word(response.failure().reason));
    };
    BOOST_TEST(fetch(0) == "hello");
    BOOST_TEST(fetch(2) == "connection-lost");
}

BOOST_AUTO_TEST_CASE(what_is_no_http_or_too_long_is_refused_at_once) {
    const std::pair<std::string, const char*> cases[] = {
        {"\x7F\x01 not a word\r\n\r\n", "no HTTP/1.1"},
        {encode(text(std::string(1001, 'a'))), "of 1001 bytes is too long"},
        {"HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'a'), "the body is too long"},
        {"HTTP/1.1 200 OK\r\na: " + std::string(100'000, 'a'), "the head is too long"},
        {"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", "ends too early"},
        {"", "ends too early"},
    };
    for (const auto& [says, why] : cases) {
        Web web;
        web.page.says = says;
        const Result<Response> response = web.get();
        BOOST_TEST_REQUIRE(!response.ok(), why);
        BOOST_TEST((response.failure().reason == Reason::sts_policy_fetch_error), why);
        BOOST_TEST(response.failure().detail.find(why) != std::string::npos,
                   response.failure().detail);
        BOOST_TEST((web.took < seconds(5)), why);
    }
}

// A body of exactly the limit is taken, however many segments and records carry it.
BOOST_AUTO_TEST_CASE(a_long_answer_comes_whole) {
    Web web;
    const std::string body = pattern(64 * 1024);
    web.page.says = encode(text(body));
    const Result<Response> response = web.get(64 * 1024);
    BOOST_TEST_REQUIRE(response.ok());
    BOOST_TEST((response.value().body == body));
}

BOOST_AUTO_TEST_SUITE_END()
