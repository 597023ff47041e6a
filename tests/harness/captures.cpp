// Captures and fields as files: their form, and what is said when they cannot be had. What tshark
// makes of them: tests/captures/check.py.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "harness/report/explanations.hpp"
#include "tests/harness/program.hpp"

namespace {

std::size_t number(const std::string& bytes, std::size_t at, std::size_t size) {
    std::size_t out = 0;
    for (std::size_t i = size; i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
    return out;
}

// How many blocks of each type; none where a length does not fit.
std::map<std::size_t, int> blocks_of(const std::string& file) {
    std::map<std::size_t, int> out;
    for (std::size_t at = 0; at < file.size();) {
        const std::size_t size = file.size() - at < 12 ? 0 : number(file, at + 4, 4);
        if (size < 12 || size % 4 != 0 || at + size > file.size() ||
            number(file, at + size - 4, 4) != size)
            return {};
        ++out[number(file, at, 4)];
        at += size;
    }
    return out;
}

// All ids of fields that stand in the dissectors, seen in a scenario or not.
std::set<std::string> ids_in_source() {
    std::set<std::string> out;
    for (const char* const folder : {"tls", "smtp", "dns", "https"}) {
        for (const auto& entry :
             std::filesystem::directory_iterator(std::string(MAILTLS_ROOT "/sim/") + folder)) {
            if (!entry.path().filename().string().starts_with("dissect") &&
                !entry.path().filename().string().starts_with("key_steps"))
                continue;
            std::ifstream in(entry.path());
            const std::string text{std::istreambuf_iterator<char>(in), {}};
            for (const char* const protocol : {"tls", "x509", "smtp", "dns", "http", "sts"}) {
                const std::string begin = "\"" + std::string(protocol) + ".";
                for (std::size_t at = text.find(begin); at != std::string::npos;
                     at = text.find(begin, at + 1)) {
                    const std::string id = text.substr(at + 1, text.find('"', at + 1) - at - 1);
                    const bool fits = id.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyz0123456789"
                                          "_.") == std::string::npos;
                    if (fits) out.insert(id);
                }
            }
        }
    }
    return out;
}

struct Refusal {
    const char* arguments;
    int code;
    const char* err;
};
const Refusal refusals[] = {
    {"export mixed.lua::passes", 2,
     "mailtls: export: expected where to write: --pcapng FILE, --pcap FILE and --keylog FILE, or "
     "--fields FILE\n"},
    {"export mixed.lua::pases --pcapng x", 5,
     "mailtls: mixed.lua has no scenario 'pases'; did you mean 'passes'?\n"},
    {"export mixed.lua --pcapng x", 2,
     "mailtls: expected an id such as 'file.lua::title' or a trace such as 'run.jsonl', got "
     "'mixed.lua'; `mailtls list` prints the ids\n"},
    {"export none.lua::a --fields x", 3,
     "mailtls: none.lua: expected a scenario file, but there is none\n"},
    {"export mixed.lua::passes --pcapng mixed.lua/x", 7,
     "mailtls: mixed.lua/x: the folder 'mixed.lua' cannot be made: Not a directory\n"},
    {"export mixed.lua::passes --keylog /proc/x", 7,
     "mailtls: /proc/x: cannot be written: No such file or directory\n"},
    {"show mixed.lua::passes --explain", 2, "mailtls: --explain: expected --bytes or --keys\n"},
    {"show mixed.lua::passes --keys --bytes", 2, nullptr},
    {"show mixed.lua::passes --keys --as eve", 2, nullptr},
    {"show mixed.lua::passes --bytes --events", 2, nullptr},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(captures)

BOOST_AUTO_TEST_CASE(a_run_as_pcapng_as_pcap_and_as_fields) {
    const Folder folder;
    folder.copy("mixed.lua");
    const std::string command =
        "export mixed.lua::passes --pcapng a --pcap b --keylog c --fields d";
    BOOST_TEST(mailtls(folder, command).code == 0);
    const std::map<std::size_t, int> blocks = blocks_of(folder.read("a"));
    BOOST_TEST(blocks.at(0x0A0D0D0A) == 1);  // a section
    BOOST_TEST(blocks.at(1) == 1);           // alice's card: nobody changed a byte
    BOOST_TEST(blocks.at(10) == 1);          // the secrets
    BOOST_TEST(blocks.at(6) > 30);           // packets
    BOOST_TEST(blocks.size() == 4u);
    BOOST_TEST(folder.read("b").starts_with("\x4d\x3c\xb2\xa1"));
    const std::string keys = folder.read("c");
    BOOST_TEST(has(folder.read("a"), keys));
    BOOST_TEST(std::count(keys.begin(), keys.end(), '\n') == 4);
    for (const char* const label : {"CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_TRAFFIC_SECRET_0 "})
        BOOST_TEST(has(keys, label));
    const std::string fields = folder.read("d");
    const auto first = nlohmann::json::parse(fields.substr(0, fields.find('\n')));
    BOOST_TEST(first["schema"] == "mailtls.fields/1");
    BOOST_TEST(has(fields, "\"id\":\"tls.client_hello.random\""));
    BOOST_TEST(has(fields, "\"opened\""));
    const std::vector<std::string> once{folder.read("a"), folder.read("b"), fields};
    BOOST_TEST(mailtls(folder, command).code == 0);
    const std::vector<std::string> again{folder.read("a"), folder.read("b"), folder.read("d")};
    BOOST_TEST((once == again));
}

BOOST_AUTO_TEST_CASE(each_piece_of_a_run_has_fields_of_its_protocol) {
    const Folder folder;
    folder.copy("mixed.lua");
    BOOST_TEST(mailtls(folder, "export mixed.lua::passes --fields d").code == 0);
    std::map<std::string, int> kinds;
    bool mail_inside_tls = false;
    std::istringstream lines(folder.read("d"));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        const auto piece = nlohmann::json::parse(line);
        const std::string kind = piece["kind"].get<std::string>();
        ++kinds[kind];
        const auto& fields = piece["wire"]["fields"];
        BOOST_TEST_REQUIRE(!fields.empty(), line);
        const std::string first = fields[0]["id"].get<std::string>();
        const std::string expected = kind == "clear" ? "smtp." : kind == "record" ? "tls." : "dns.";
        BOOST_TEST(first.starts_with(expected), line);
        BOOST_TEST(piece["connection"].is_null() == (kind == "datagram"), line);
        BOOST_TEST(piece.contains("client_port") == (kind == "datagram"), line);
        if (!piece.contains("opened")) continue;
        const auto& inner = piece["opened"]["fields"][0];
        if (inner["id"] != "tls.application_data") continue;
        BOOST_TEST_REQUIRE(inner.contains("parts"), line);
        for (const auto& part : inner["parts"])
            mail_inside_tls = mail_inside_tls || part["id"] == "smtp.content";
    }
    BOOST_TEST(kinds.size() == 3u);
    BOOST_TEST(kinds["datagram"] % 2 == 0);  // a question, and its answer
    BOOST_TEST(mail_inside_tls);
}

BOOST_AUTO_TEST_CASE(a_run_without_a_connection_is_a_capture_without_packets) {
    const Folder folder;
    folder.write("empty.lua", "scenario('one', function() end)\n");
    BOOST_TEST(mailtls(folder, "export empty.lua::one --pcapng a --keylog c --fields d").code == 0);
    const std::map<std::size_t, int> blocks = blocks_of(folder.read("a"));
    BOOST_TEST(blocks.size() == 1u);
    BOOST_TEST(folder.read("c").empty());
    BOOST_TEST(mailtls(folder, "show --bytes empty.lua::one").out == "No byte crossed.\n");
}

BOOST_AUTO_TEST_CASE(of_a_broken_scenario_there_is_what_was_played) {
    const Folder folder;
    folder.copy("mixed.lua");
    const Said said = mailtls(folder, "export mixed.lua::breaks --pcapng a");
    BOOST_TEST(said.code == 4);
    BOOST_TEST(has(said.err, "mixed.lua:"), said.err);
    BOOST_TEST(blocks_of(folder.read("a")).size() == 1u);
}

BOOST_AUTO_TEST_CASE(bytes_are_told_and_each_field_is_explained_once) {
    const Folder folder;
    folder.copy("mixed.lua");
    const std::string plain = mailtls(folder, "show --bytes mixed.lua::passes").out;
    BOOST_TEST(has(plain, "connection 1 at mail.alice.example, to the client, byte 0: clear text"));
    BOOST_TEST(has(plain, "a datagram at mail.alice.example, from mail.alice.example port"));
    BOOST_TEST(has(plain, "dns.mx.exchange: mx.bob.example"));
    BOOST_TEST(has(plain, "smtp.command: EHLO mail.alice.example"));
    BOOST_TEST(has(plain, "smtp.path: bob@bob.example"));
    BOOST_TEST(has(plain, "tls.handshake: client_hello"));
    BOOST_TEST(has(plain, "tls.handshake: encrypted_extensions"));  // sealed in TLS 1.3
    BOOST_TEST(!has(plain, "RFC 8446"));
    const std::string told = mailtls(folder, "show --bytes --explain mixed.lua::passes").out;
    const std::string_view why = "(RFC 8446 section 4.1.2)";
    const std::string_view random = "The secrets of the session hang on it";
    const std::size_t at = told.find(random);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    BOOST_TEST(told.substr(at, 200).find(why) != std::string::npos);
    BOOST_TEST(told.find(random, at + 1) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_path_to_the_keys_is_told_with_and_without_explanations) {
    const Folder folder;
    folder.copy("mixed.lua");
    const std::string told = mailtls(folder, "show --keys mixed.lua::passes").out;
    for (const char* const words :
         {"the keys of connection 1, ", "shared secret: ECDH(client private key, server share)",
          "\"c ap traffic\", hash of ClientHello to server Finished), as Mbed TLS told it",
          "client Finished: HMAC(finished key, hash of the messages before it), as it was sent"})
        BOOST_TEST(has(told, words), words);
    constexpr const char* why = "Here the shared secret enters.";
    BOOST_TEST(!has(told, why));
    BOOST_TEST(has(mailtls(folder, "show --keys --explain mixed.lua::passes").out, why));
    BOOST_TEST(has(mailtls(folder, "show --bytes --explain mixed.lua::passes").out, why));
    // A capture has the same secrets for others.
    const std::string log = mailtls(folder, "export --keylog - mixed.lua::passes").out;
    const std::size_t at = log.find("CLIENT_TRAFFIC_SECRET_0 ");
    BOOST_TEST_REQUIRE(at != std::string::npos);
    const std::size_t secret = log.find(' ', at + 24) + 1;
    BOOST_TEST(has(told, log.substr(secret, 64)));
}

// Private keys of finite fields are not drawn again: nothing is invented, and the rest is there.
BOOST_AUTO_TEST_CASE(what_never_leaves_the_hosts_is_called_so) {
    const Folder folder;
    folder.write("dhe.lua", R"(scenario("dhe", function()
  local alice = sender   "mail.alice.example" { tls = "secure" }
  local bob   = receiver "mx.bob.example"     {
    versions = { "TLSv1.2" }, ciphers = { "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" },
    certificate = signed_by "Lab Root CA" { key = "rsa-2048" },
  }
  expect(alice:sends { to = "bob@bob.example" }).finally "delivered"
end))");
    const std::string told = mailtls(folder, "show --keys dhe.lua::dhe").out;
    for (const char* const words :
         {"client private key: drawn at random, never sent; RFC 5246 section 8.1.2\n"
          "      never leaves the host, known to mail.alice.example alone\n",
          "      never leaves the two hosts, known to both ends\n",
          "\"extended master secret\", hash of ClientHello to ClientKeyExchange), as Mbed TLS told",
          "server Finished: PRF(master secret, \"server finished\", hash of the messages before "
          "it), "
          "as it was sent"})
        BOOST_TEST(has(told, words), words);
}

BOOST_AUTO_TEST_CASE(a_run_without_tls_has_no_path_to_keys) {
    const Folder folder;
    folder.write("good.lua", "scenario('one', function() end)\n");
    BOOST_TEST(mailtls(folder, "show --keys good.lua::one").out ==
               "No server answered a TLS handshake: no key was negotiated.\n");
}

BOOST_AUTO_TEST_CASE(each_field_has_an_explanation_with_its_clause) {
    const std::set<std::string> ids = ids_in_source();
    BOOST_TEST(ids.size() > 150u);
    for (const std::string& id : ids) {
        const report::Explanation* const why = report::explanation_of(id);
        BOOST_TEST_REQUIRE(why != nullptr, id);
        BOOST_TEST(why->text.ends_with('.'), id);
        BOOST_TEST(has(why->clause, "RFC "), id);
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_exported_is_one_sentence) {
    const Folder folder;
    folder.copy("mixed.lua");
    const std::vector<std::string> before = folder.names();
    for (const Refusal& r : refusals) {
        const Said said = mailtls(folder, r.arguments);
        BOOST_TEST(said.code == r.code, r.arguments << ": " << said.code);
        if (r.err != nullptr) BOOST_TEST(said.err == r.err, r.arguments << ": " << said.err);
        BOOST_TEST(!said.err.empty(), r.arguments);
    }
    BOOST_TEST(folder.names() == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
