#include "sim/trace/encode.hpp"

#include <set>
#include <type_traits>

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

using namespace trace;
using nlohmann::json;

namespace {

struct Tape {
    core::Loop loop{core::world_begins};
    Trace trace{loop};
    HostId alice{0};
    Tape() {
        trace.add(alice, HostJoined{alice, "mail.alice.example", "192.0.2.1", Role::sender, {}});
    }
    void say(std::string_view line) {
        trace.add(alice, CommandSent{ConnectionId{1}, Layer::clear, trace.keep(line)});
    }
    json last() const {
        return json::parse(json_line(trace.at(static_cast<core::EventId>(trace.size()))));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(encode)

BOOST_AUTO_TEST_CASE(each_line_is_json_with_the_common_fields) {
    Tape tape;
    tape.say("EHLO mail.alice.example");
    const json line = tape.last();
    BOOST_TEST(line["id"] == 2);
    BOOST_TEST(line["cause"] == 1);
    BOOST_TEST(line["at"] == 1767225600000000000);
    BOOST_TEST(line["host"] == 0);
    BOOST_TEST(line["event"] == "command-sent");
    BOOST_TEST(line["line"] == "EHLO mail.alice.example");
    BOOST_TEST(line["layer"] == "clear");
}

// Readers of JSON keep one of two members with the same name, and lose the other.
BOOST_AUTO_TEST_CASE(no_event_has_a_field_twice) {
    each_type(std::type_identity<Body>(), []<class T>(std::type_identity<T>) {
        const T body{};
        std::vector<std::string> names{"id", "at", "host", "cause", "event"};
        body.fields([&](std::string_view name, const auto&) { names.emplace_back(name); });
        const std::set<std::string> different(names.begin(), names.end());
        BOOST_TEST(different.size() == names.size(), T::name);
    });
}

BOOST_AUTO_TEST_CASE(text_survives_and_other_bytes_become_hex) {
    struct Case {
        std::string bytes;
        bool text;
    };
    const std::string nul("a\0b", 3);
    for (const Case& c :
         {Case{"plain", true}, Case{"quo\"te and back\\slash", true}, Case{"tab\t, line\r\n", true},
          Case{nul, true}, Case{"\x1b[31m", true}, Case{"Grüße", true},
          Case{"\xF0\x9F\x93\xA7", true}, Case{"\xFF\xFE", false},
          Case{"\xC0\xAF", false},                                   // overlong
          Case{"\xED\xA0\x80", false}, Case{"cut \xE2\x82", false},  // surrogate, cut off
          Case{"\xF4\x90\x80\x80", false}}) {                        // beyond U+10FFFF
        Tape tape;
        tape.say(c.bytes);
        const json line = tape.last()["line"];
        BOOST_TEST(line.is_string() == c.text);
        if (c.text) BOOST_TEST(line.get<std::string>() == c.bytes);
        if (!c.text) BOOST_TEST(line["hex"].get<std::string>().size() == 2 * c.bytes.size());
    }
}

// Fields that came later: who has nothing to say there writes what was always written.
BOOST_AUTO_TEST_CASE(an_optional_field_is_written_where_it_says_something) {
    for (const std::string_view agreed : {"", "smtp"}) {
        Tape tape;
        tape.trace.add(
            HostId{0},
            HandshakeFinished{
                ConnectionId{1}, "client", "TLSv1.3", "A", Certainty::final, {agreed}, {}});
        const json line = tape.last();
        const std::string told = text_line(tape.trace, tape.trace.at(2));
        BOOST_TEST(line.contains("alpn") == !agreed.empty());
        BOOST_TEST((told.find("alpn=smtp") != std::string::npos) == !agreed.empty());
        BOOST_TEST((told.find("alpn") != std::string::npos) == !agreed.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_file_has_a_header_and_a_line_for_each_event) {
    Tape tape;
    tape.say("QUIT");
    std::istringstream in(json_lines(tape.trace, "file.lua::a \"title\"", 7));
    std::string line;
    BOOST_TEST_REQUIRE(static_cast<bool>(std::getline(in, line)));
    const json header = json::parse(line);
    BOOST_TEST(header["schema"] == "mailtls.trace/2");
    BOOST_TEST(header["seed"] == 7);
    BOOST_TEST(header["title"] == "file.lua::a \"title\"");
    int events = 0;
    while (std::getline(in, line)) BOOST_TEST(json::parse(line)["id"] == ++events);
    BOOST_TEST(events == 2);
}

BOOST_AUTO_TEST_CASE(what_is_kept_stays_where_it_is) {
    Tape tape;
    const std::string_view first = tape.trace.keep("first");
    const char* const place = first.data();
    for (int i = 0; i < 100000; ++i) tape.trace.keep("more of it");
    const std::string big(200'000, 'x');
    BOOST_TEST(tape.trace.keep(big) == big);
    BOOST_TEST(first.data() == place);
    BOOST_TEST(first == "first");
    BOOST_TEST(tape.trace.keep("").empty());
}

BOOST_AUTO_TEST_CASE(a_line_for_people_shows_no_control_characters) {
    Tape tape;
    tape.say("evil \x1b[2J\r\n line");
    const std::string line = text_line(tape.trace, tape.trace.at(2));
    for (const char c : line) BOOST_TEST(static_cast<unsigned char>(c) >= 0x20);
    BOOST_TEST(line.find("mail.alice.example") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
