// What one party is told to have seen: visualize/conversation.hpp.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>

#include "harness/files/disk.hpp"
#include "harness/judge/evidence.hpp"
#include "harness/script/file.hpp"
#include "harness/script/stage.hpp"
#include "sim/world.hpp"
#include "tests/visualize/files.hpp"
#include "tests/visualize/play.hpp"
#include "visualize/conversation.hpp"
#include "visualize/datagrams.hpp"
#include "visualize/wiretap.hpp"

using namespace visualize;

namespace {

using Heard = Wiretap::Heard;

std::string bytes(std::initializer_list<int> numbers) {
    std::string out;
    for (const int n : numbers) out += static_cast<char>(n);
    return out;
}

std::string record(int type, std::size_t length) {
    return bytes({type, 3, 3, static_cast<int>(length >> 8), static_cast<int>(length & 255)}) +
           std::string(length, 'x');
}

// A ClientHello with the name of a server, and nothing else that is longer than it must be.
std::string hello(const std::string& name) {
    const int size = static_cast<int>(name.size());
    const std::string list = bytes({0, size + 3, 0, 0, size}) + name;
    const std::string extensions = bytes({0, 23, 0, 0, 0, 0, 0, size + 5}) + list;
    const std::string body = bytes({3, 3}) + std::string(32, 'r') +
                             bytes({0, 0, 2, 19, 1, 1, 0, 0}) +
                             bytes({static_cast<int>(extensions.size())}) + extensions;
    const std::string message = bytes({1, 0, 0, static_cast<int>(body.size())}) + body;
    return bytes({22, 3, 1, 0, static_cast<int>(message.size())}) + message;
}

std::vector<std::string> words_of(const std::vector<Heard>& all) {
    std::vector<std::string> out;
    for (const Heard& heard : all) out.push_back(heard.words);
    return out;
}

// "C: " or "S: " and what follows, of lines about clear text.
std::vector<std::string> spoken_in(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        const std::size_t at = line.find(": ");
        if (at == std::string::npos || line.size() < 17 || line[14] == '=') continue;
        const bool said = line.substr(16, 3) == "C: " || line.substr(16, 3) == "S: ";
        const std::string words = said ? line.substr(19) : std::string();
        const bool ours = words.empty() || words.starts_with("(") || words.starts_with("…") ||
                          words.find("\\x") != std::string::npos || words.ends_with(" bytes") ||
                          words == "ChangeCipherSpec" || words.starts_with("alert ");
        if (!ours) out.push_back(words);
    }
    return out;
}

// Each eavesdropper of a trace: what is told of him stands in the bytes that passed him.
std::size_t check_watchers(const trace::Trace& trace) {
    const judge::Evidence evidence(trace);
    std::size_t lines = 0;
    trace.each_of<trace::HostJoined>([&](const auto&, const trace::HostJoined& e) {
        if (e.role != trace::Role::watcher) return;
        std::string passed;
        for (const auto& [key, stream] : evidence.streams)
            if (std::get<0>(key) == e.host) passed += stream + "\r\n";
        for (const std::string& words : spoken_in(conversation_as(trace, {e.host}, "he"))) {
            BOOST_TEST((passed.find(words) != std::string::npos), words);
            ++lines;
        }
    });
    return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(party)

BOOST_AUTO_TEST_CASE(bytes_are_told_alike_wherever_segments_are_cut) {
    const std::string stream = "220 mx.bob.example ESMTP\r\nbare\nline\r\n" +
                               hello("mx.bob.example") + record(20, 1) + record(22, 40) +
                               record(23, 1234) + bytes({21, 3, 3, 0, 2, 2, 48}) + "the rest";
    const std::vector<std::string> expected{"220 mx.bob.example ESMTP",
                                            "bare\nline",
                                            "ClientHello for mx.bob.example, 74 bytes",
                                            "ChangeCipherSpec",
                                            "{Handshake, 40 bytes}",
                                            "{ApplicationData, 1234 bytes}",
                                            "alert 48",
                                            "the rest (a line without its end)"};
    for (const std::size_t step : {1u, 2u, 3u, 7u, 100u, 5000u}) {
        Wiretap tap;
        std::vector<Heard> all;
        const auto add = [&](const std::vector<Heard>& more) {
            all.insert(all.end(), more.begin(), more.end());
        };
        for (std::size_t at = 0; at < stream.size(); at += step)
            add(tap.hear(stream.substr(at, step)));
        add(tap.rest());
        BOOST_TEST(words_of(all) == expected, boost::test_tools::per_element());
        BOOST_TEST(tap.rest().empty());
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_nothing_we_know_are_told_too) {
    struct Case {
        std::string bytes, words;
    };
    for (const Case& c : {Case{record(22, 40), "a part of a Handshake message, 40 bytes"},
                          Case{bytes({22, 3, 3, 255, 255}) + std::string(4091, 'x'),
                               bytes({22, 3, 3, 255, 255}) + std::string(4091, 'x')},
                          Case{bytes({22, 9}), bytes({22, 9}) + " (a line without its end)"},
                          Case{bytes({22}), "a part of a record, 1 bytes of it"},
                          Case{record(23, 9).substr(0, 8), "a part of a record, 8 bytes of it"},
                          Case{std::string(4096, 'y'), std::string(4096, 'y')}}) {
        Wiretap tap;
        std::vector<Heard> all = tap.hear(c.bytes);
        for (const Heard& more : tap.rest()) all.push_back(more);
        BOOST_TEST_REQUIRE(all.size() == 1u);
        BOOST_TEST(all[0].words == c.words);
    }
    // A hello that ends early or lies about its lengths has no name.
    const std::string whole = hello("mx.bob.example");
    for (std::size_t i = 5; i < whole.size(); ++i) {
        std::string lie = whole;
        lie[i] = static_cast<char>(lie[i] ^ 0x7F);
        Wiretap tap;
        BOOST_TEST(tap.hear(lie).size() + tap.rest().size() > 0);
    }
}

BOOST_AUTO_TEST_CASE(datagrams_are_told_as_questions_and_answers) {
    const std::string name = bytes({3}) + "bob" + bytes({7}) + "example" + bytes({0});
    const auto message = [&](int flags, int low, int answers, int type, const std::string& rest) {
        return bytes({0, 7, flags, low, 0, 1, 0, answers, 0, 0, 0, 0}) + name +
               bytes({0, type, 0, 1}) + rest;
    };
    const auto answer = [](int type, const std::string& data) {
        return bytes({0xC0, 12, 0, type, 0, 1, 0, 0, 14, 16, 0, static_cast<int>(data.size())}) +
               data;
    };
    struct Case {
        std::string bytes, words;
    };
    const std::string mx = bytes({0, 10, 2}) + "mx" + bytes({0xC0, 12});
    const std::string two = message(0x81, 0x80, 2, 15, answer(15, mx) + answer(15, mx));
    for (const Case& c :
         {Case{message(1, 0, 0, 15, ""), "MX? bob.example"},
          Case{message(1, 0, 0, 99, ""), "TYPE99? bob.example"},
          Case{message(0x81, 0x80, 0, 15, ""), "MX bob.example: no data"},
          Case{message(0x81, 0x83, 0, 1, ""), "A bob.example: NXDOMAIN"},
          Case{message(0x81, 0x82, 0, 1, ""), "A bob.example: SERVFAIL"},
          Case{message(0x81, 0x80, 1, 1, answer(1, bytes({192, 0, 2, 3}))),
               "A bob.example: 192.0.2.3"},
          Case{two, "MX bob.example: 10 mx.bob.example; 10 mx.bob.example"},
          Case{message(0x81, 0x80, 1, 16, answer(16, bytes({3}) + "a\x1b" + "c")),
               "TXT bob.example: \"a.c\""},
          Case{message(0x81, 0x80, 1, 52, answer(52, bytes({3, 1, 1, 171, 205}))),
               "TLSA bob.example: 3 1 1 abcd"},
          Case{message(0x81, 0x80, 1, 1, answer(5, bytes({0xC0, 12}))),
               "A bob.example: CNAME bob.example"},
          // A name that leads to itself, a record longer than the message, nothing.
          Case{bytes({0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1}),
               "a datagram of 18 bytes"},
          Case{message(0x81, 0x80, 1, 1, bytes({0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 255, 255, 1})),
               "a datagram of 42 bytes"},
          Case{"", "a datagram of 0 bytes"}})
        BOOST_TEST(describe_datagram(c.bytes) == c.words);
    for (std::size_t size = 0; size < two.size(); ++size)
        BOOST_TEST(!describe_datagram(two.substr(0, size)).empty());
}

BOOST_AUTO_TEST_CASE(eavesdroppers_of_the_gallery_saw_what_passed_them_and_nothing_else) {
    namespace fs = std::filesystem;
    std::size_t lines = 0;
    for (const auto& entry : fs::recursive_directory_iterator(MAILTLS_ROOT "/scenarios")) {
        const std::string file = entry.path().string();
        if (!file.ends_with(".lua") ||
            project_file(fs::relative(file, MAILTLS_ROOT).string()).find("eavesdropper \"eve\"") ==
                std::string::npos)
            continue;
        const script::Listing listing = script::list_scenarios(file, 1, files::disk());
        for (std::size_t i = 0; i < std::min<std::size_t>(listing.scenarios.size(), 4); ++i) {
            const script::Performance played =
                script::play(file, listing.scenarios[i].title, 1, files::disk());
            lines += check_watchers(played.stage->world().trace());
        }
    }
    BOOST_TEST(lines > 100u);
}

BOOST_AUTO_TEST_CASE(a_party_that_did_nothing_saw_nothing) {
    const Play play("watchers/stripping.lua",
                    "a stripped STARTTLS, enforced: the mail waits and nothing leaks");
    BOOST_TEST(conversation_as(play.trace(), {trace::HostId::nobody}, "nobody")
                   .ends_with("\n\nNothing.\n"));
}

BOOST_AUTO_TEST_SUITE_END()
