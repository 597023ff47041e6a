// The path to the keys, against RFC 8448, and what is drawn again from a seed.
#include <boost/test/unit_test.hpp>

#include <fstream>

#include "sim/tls/agreement.hpp"
#include "sim/tls/negotiation.hpp"
#include "sim/tls/record_keys.hpp"
#include "tests/tls/lab.hpp"
#include "tests/tls/program.hpp"

using namespace tls;
using trace::Way;

namespace {

constexpr std::uint64_t aes_128_gcm_sha256 = 0x1301, x25519 = 29, p256 = 23;

std::string octets_of(const std::string& digits) {
    std::string out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return out;
}

// tests/vectors/tls/README.md
struct Rfc8448 {
    Rfc8448() {
        std::ifstream in(MAILTLS_TESTS "/vectors/tls/rfc8448.txt");
        for (std::string line; std::getline(in, line);) {
            if (line.empty() || line[0] == '#') continue;
            if (line.starts_with(">> "))
                values.push_back({line.substr(3), {}});
            else
                values.back().second += octets_of(line);
        }
        BOOST_TEST_REQUIRE(values.size() == 42u);
    }
    std::string at(const std::string& name) const {
        for (const auto& [known, value] : values)
            if (known == name) return value;
        return {};
    }
    Exchange exchange() const {
        Exchange out;
        for (const auto& [name, value] : values)
            if (name.starts_with("sent "))
                out.messages.push_back(
                    {name.starts_with("sent client") ? Way::to_server : Way::to_client, value});
        out.client_private = at("has client_private");
        out.server_private = at("has server_private");
        out.agreed = at("step shared secret");
        out.exported["CLIENT_HANDSHAKE_TRAFFIC_SECRET"] =
            at("step client handshake traffic secret");
        return out;
    }
    std::vector<std::pair<std::string, std::string>> values;
};

const KeyStep& step_of(const std::vector<KeyStep>& steps, std::string_view name) {
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [&](const KeyStep& step) { return step.name == name; });
    BOOST_TEST_REQUIRE((found != steps.end()), name);
    return *found;
}

struct Numbers {
    core::Loop loop{core::world_begins};
    Library library{loop, core::Chance(1)};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(negotiation)

BOOST_AUTO_TEST_CASE(both_ends_of_rfc_8448_agree_on_its_shared_secret) {
    Numbers n;
    const Rfc8448 rfc;
    const Hellos hellos = hellos_of(rfc.exchange().messages);
    BOOST_TEST(hellos.is_13);
    BOOST_TEST(hellos.suite == aes_128_gcm_sha256);
    BOOST_TEST(hellos.group == x25519);
    BOOST_TEST((agreed_secret(n.library, x25519, rfc.at("has client_private"),
                              hellos.server_share) == rfc.at("step shared secret")));
    BOOST_TEST((agreed_secret(n.library, x25519, rfc.at("has server_private"),
                              hellos.client_share) == rfc.at("step shared secret")));
}

BOOST_AUTO_TEST_CASE(the_steps_are_those_of_rfc_8448_in_their_order) {
    const Rfc8448 rfc;
    const Exchange exchange = rfc.exchange();
    const std::vector<KeyStep> steps = steps13(exchange, hellos_of(exchange.messages));
    std::vector<std::string> expected, came;
    for (const auto& [name, value] : rfc.values)
        if (name.starts_with("step ")) expected.push_back(name.substr(5));
    std::size_t at = 0;
    for (const KeyStep& step : steps) {
        if (step.knower != Knower::both && step.id != "tls.keys.early_secret" &&
            step.id != "tls.keys.derived" && step.id != "tls.keys.hello_hash")
            continue;
        came.push_back(step.name);
        while (at < rfc.values.size() && !rfc.values[at].first.starts_with("step ")) ++at;
        BOOST_TEST_REQUIRE(at < rfc.values.size());
        BOOST_TEST((step.value == rfc.values[at].second), step.name);
        ++at;
    }
    BOOST_TEST(came == expected, boost::test_tools::per_element());
    for (const char* const name : {"client Finished", "server Finished"})
        BOOST_TEST(step_of(steps, name).confirmed, name);
}

BOOST_AUTO_TEST_CASE(a_step_stands_behind_those_that_it_is_made_of) {
    const Rfc8448 rfc;
    const Exchange exchange = rfc.exchange();
    const std::vector<KeyStep> steps = steps13(exchange, hellos_of(exchange.messages));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        BOOST_TEST(!steps[i].clause.empty(), steps[i].name);
        for (const std::size_t before : steps[i].from) BOOST_TEST(before < i, steps[i].name);
    }
}

BOOST_AUTO_TEST_CASE(the_ticket_of_rfc_8448_stands_for_its_psk_and_the_binder_proves_it) {
    const Rfc8448 rfc;
    const Exchange exchange = rfc.exchange();
    const std::string psk = psk_of_ticket(steps13(exchange, hellos_of(exchange.messages)),
                                          aes_128_gcm_sha256, rfc.at("has ticket_nonce"));
    BOOST_TEST((psk == rfc.at("then psk")));
    const std::string nothing = suite_digest(aes_128_gcm_sha256, {});
    const std::string early = hkdf_extract(aes_128_gcm_sha256, std::string(32, '\0'), psk);
    BOOST_TEST((early == rfc.at("then early secret")));
    const std::string key = hkdf_expand_label(aes_128_gcm_sha256, early, "res binder", nothing, 32);
    BOOST_TEST((key == rfc.at("then binder key")));
    const std::string hello = rfc.at("then ClientHello");
    const Hellos hellos = hellos_of({{Way::to_server, hello}});
    BOOST_TEST(hellos.size_without_binders == 477u);  // RFC 8448 section 4
    const std::string said = suite_hmac(
        aes_128_gcm_sha256, hkdf_expand_label(aes_128_gcm_sha256, key, "finished", {}, 32),
        suite_digest(aes_128_gcm_sha256, hello.substr(0, hellos.size_without_binders)));
    BOOST_TEST((said == rfc.at("then binder")));
}

BOOST_AUTO_TEST_CASE(what_does_not_lead_to_what_was_told_is_left_out) {
    const Rfc8448 rfc;
    Exchange exchange = rfc.exchange();
    const Hellos hellos = hellos_of(exchange.messages);
    exchange.agreed[0] = static_cast<char>(exchange.agreed[0] ^ 1);
    for (const bool told : {true, false}) {
        if (!told) exchange.exported.clear();
        const std::vector<KeyStep> steps = steps13(exchange, hellos);
        for (const char* const name :
             {"shared secret", "handshake secret", "master secret", "resumption master secret"})
            BOOST_TEST(step_of(steps, name).value.empty(), name);
        BOOST_TEST(step_of(steps, "client handshake traffic secret").value.empty() == !told);
        BOOST_TEST(step_of(steps, "client handshake traffic secret").confirmed == told);
    }
}

// What strangers send is cut anywhere.
BOOST_AUTO_TEST_CASE(of_broken_messages_there_is_no_secret) {
    const Rfc8448 rfc;
    const Exchange whole = rfc.exchange();
    for (std::size_t m = 0; m < whole.messages.size(); ++m) {
        for (std::size_t size = 0; size < whole.messages[m].bytes.size();
             size += size < 64 ? 1 : 37) {
            Exchange cut = whole;
            cut.messages[m].bytes.resize(size);
            const Hellos hellos = hellos_of(cut.messages);
            for (const auto& steps : {steps13(cut, hellos), steps12(cut, hellos)}) {
                for (const KeyStep& step : steps) {
                    if (step.id == "tls.keys.verify_data") continue;
                    if (m <= 1)
                        BOOST_TEST((step.id != "tls.keys.handshake_secret" || step.value.empty()));
                    BOOST_TEST((step.id != "tls.keys.resumption_master_secret" ||
                                step.value != rfc.at("step resumption master secret")));
                }
            }
        }
    }
}

// NIST's CAVP, KAS ECC CDH primitive, P-256, the first.
BOOST_AUTO_TEST_CASE(both_ends_agree_on_p256_too) {
    Numbers n;
    const std::string own =
        octets_of("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534");
    const std::string its = octets_of(
        "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
        "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac");
    const std::string agreed =
        octets_of("46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b");
    BOOST_TEST((agreed_secret(n.library, p256, own, its) == agreed));
    std::string wrong = its;
    wrong.back() = static_cast<char>(wrong.back() ^ 1);
    BOOST_TEST(agreed_secret(n.library, p256, own, wrong).empty());
}

// Shares that openssl makes of what a stream draws behind a random.
BOOST_AUTO_TEST_CASE(openssl_makes_the_share_of_a_private_key_that_is_drawn_again) {
    Numbers n;
    const core::Chance stream = core::Chance(7).child("an end");
    core::Chance at = stream;
    std::string random(32, '\0'), key(32, '\0');
    const auto fill = [&](std::string& out) {
        at.fill({reinterpret_cast<unsigned char*>(out.data()), out.size()});
    };
    fill(random);
    at.next();  // something else
    fill(key);
    const Folder folder;
    folder.file("own", octets_of("30310201010420") + key + octets_of("a00a06082a8648ce3d030107"));
    const Answer made = openssl(folder, "ec -inform DER -in " + folder.name("own") +
                                            " -pubout -outform DER -out " + folder.name("public"));
    BOOST_TEST_REQUIRE(made.status == 0, made.text);
    const std::string whole = folder.read("public");
    BOOST_TEST_REQUIRE(whole.size() > 65u);
    const std::string share = whole.substr(whole.size() - 65);
    BOOST_TEST((drawn_private_key(n.library, stream, random, p256, share) == key));
    BOOST_TEST(drawn_private_key(n.library, core::Chance(8), random, p256, share).empty());
}

BOOST_AUTO_TEST_CASE(a_share_of_another_seed_is_not_found) {
    Numbers n;
    const Rfc8448 rfc;
    const std::string alien = hellos_of(rfc.exchange().messages).client_share;
    const core::Chance stream = core::Chance(7).child("an end");
    BOOST_TEST(drawn_private_key(n.library, stream, {}, x25519, alien).empty());
    BOOST_TEST(drawn_private_key(n.library, stream, {}, p256, alien).empty());
    BOOST_TEST(drawn_private_key(n.library, stream, {}, 0x0100, alien).empty());
    BOOST_TEST(agreed_secret(n.library, p256, alien, alien).empty());
    BOOST_TEST(agreed_secret(n.library, x25519, {}, alien).empty());
}

BOOST_AUTO_TEST_SUITE_END()
