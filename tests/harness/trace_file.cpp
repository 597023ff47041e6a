#include <fmt/core.h>

#include "harness/suite/trace_file.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

#include "harness/files/disk.hpp"
#include "harness/script/stage.hpp"
#include "harness/suite/suite.hpp"
#include "sim/trace/encode.hpp"
#include "sim/world.hpp"
#include "tests/harness/program.hpp"

namespace {

const std::string header = R"({"schema":"mailtls.trace/2","seed":7,"title":"a.lua::b"})"
                           "\n";
// As it is written now: it says how many events follow.
std::string with_events(int count) {
    std::string out = header;
    return out.insert(out.find(",\"title\""), fmt::format(",\"events\":{}", count));
}
const std::string alice =
    R"({"id":1,"at":1767225600000000000,"host":0,"cause":0,"event":"host-joined","who":0,)"
    R"("title":"mail.alice.example","address":"192.0.2.1","role":"sender"})"
    "\n";
const std::string asked =
    R"({"id":2,"at":1767225600000000000,"host":0,"cause":1,"event":"connection-asked",)"
    R"("connection":1,"address":"192.0.2.2","port":25,"peer":0})"
    "\n";
const std::string failed = R"({"id":3,"at":1767225600000000000,"host":0,"cause":2,"event":)"
                           R"("connection-failed","connection":1,"reason":"timeout"})"
                           "\n";

suite::ReadTrace read(const std::string& text) {
    std::istringstream in(text);
    return suite::read_trace(in, "t.jsonl");
}

std::string written(const suite::TraceFile& file) {
    return trace::json_lines(file.events.trace(), file.title, file.seed);
}

std::string with(std::string line, const std::string& from, const std::string& to) {
    const std::size_t at = line.find(from);
    BOOST_TEST_REQUIRE(at != std::string::npos, from);
    return line.replace(at, from.size(), to);
}

struct Bad {
    std::string text, why;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(trace_file)

BOOST_AUTO_TEST_CASE(what_was_recorded_comes_back_byte_for_byte) {
    std::size_t events = 0;
    for (const char* const path :
         {MAILTLS_ROOT "/scenarios/exchange", MAILTLS_ROOT "/scenarios/watchers",
          MAILTLS_ROOT "/scenarios/mta_sts"}) {
        const suite::Found found =
            suite::discover(files::scenarios_below({path}), 1, files::disk());
        BOOST_TEST_REQUIRE(!found.scenarios.empty(), path);
        for (const script::ScenarioEntry& entry : found.scenarios) {
            const script::Performance played =
                script::play(entry.file, entry.title, 1, files::disk());
            const std::string text = json_lines(played.stage->world().trace(), entry.title, 1);
            const suite::ReadTrace again = read(text);
            BOOST_TEST_REQUIRE(again.wrong == "");
            BOOST_TEST((written(*again.file) == text), entry.title);
            events += again.file->events.trace().size();
        }
    }
    BOOST_TEST(events > 1000u);
}

BOOST_AUTO_TEST_CASE(bytes_and_texts_come_back) {
    const std::string text =
        with_events(4) + alice + asked +
        R"({"id":3,"at":1767225600000000001,"host":null,"cause":0,"event":"segment-dropped",)"
        R"("connection":1,"way":"to-client","bytes":{"hex":"00ff7f"}})"
        "\n"
        R"({"id":4,"at":1767225600000000001,"host":0,"cause":2,"event":"mail-delivered","mail":1,)"
        R"("connection":1,"recipient":"bob@bob.example","server":"mx.bob.example","code":"2.0.0",)"
        R"("text":"250 \u001b[2J Grüße\n"})"
        "\n";
    const suite::ReadTrace got = read(text);
    BOOST_TEST_REQUIRE(got.wrong == "");
    BOOST_TEST(got.file->title == "a.lua::b");
    BOOST_TEST(got.file->seed == 7u);
    BOOST_TEST(written(*got.file) == text);
    const trace::Event& last = got.file->events.trace().at(4);
    BOOST_TEST((last.host == trace::HostId{0}));
    BOOST_TEST(last.as<trace::MailDelivered>()->server == "mx.bob.example");
}

BOOST_AUTO_TEST_CASE(a_trace_may_have_no_events_and_an_event_more_fields_than_we_know) {
    BOOST_TEST(read(header).wrong == "");
    BOOST_TEST(read(header + with(alice, "\"role\"", "\"mood\":{\"a\":1.5},\"role\"")).wrong == "");
}

const std::vector<Bad> no_traces{
    {"", "t.jsonl: expected a trace, but the file is empty"},
    {"\n", "t.jsonl:1: expected a trace, whose first line says the schema mailtls.trace/2"},
    {"Dear Bob,\n",
     "t.jsonl:1: expected a trace, whose first line says the schema mailtls.trace/2"},
    {"{\"schema\":\"mailtls.fields/1\",\"title\":\"x\"}\n",
     "t.jsonl:1: expected a trace, whose first line says the schema mailtls.trace/2"},
    {with(header, "/2", "/1"),
     "t.jsonl:1: expected the schema mailtls.trace/2, got 'mailtls.trace/1', of another "
     "version of mailtls"},
    {with(header, "\"seed\":7,", ""), "t.jsonl:1: there is no field 'seed'"},
    {with(header, "7", "-7"),
     "t.jsonl:1: 'seed': expected a whole number up to 18446744073709551615, got something "
     "else"},
    {with(header, "\n", ""), "t.jsonl:1: the file ends in the middle of a line"},
    {header + alice.substr(0, 60), "t.jsonl:2: the file ends in the middle of a line"},
    {header + "\n", "t.jsonl:2: expected an event, one JSON object"},
    {header + "{}\n", "t.jsonl:2: expected an event, one JSON object"},
    {header + "{\"id\":1,\"id\":1}\n", "t.jsonl:2: 'id' stands twice"},
    {header + "[]\n", "t.jsonl:2: expected an event, one JSON object"},
    {header + "{\"id\":\"\xFF\"}\n", "t.jsonl:2: expected an event, one JSON object"},
    {header + std::string(100'000, '[') + "\n", "t.jsonl:2: expected an event, one JSON object"},
    {header + with(alice, "host-joined", "host-\\u001b[31m"),
     "t.jsonl:2: there is no event 'host-.[31m'"},
    {header + with(alice, "\"role\":\"sender\"", "\"x\":1"),
     "t.jsonl:2: host-joined: there is no field 'role'"},
    {header + with(alice, "\"sender\"", "\"postman\""),
     "t.jsonl:2: host-joined: 'role': expected sender or receiver or resolver or eavesdropper "
     "or attacker or policy host or report collector, got 'postman'"},
    {header + with(alice, "\"title\":\"mail.alice.example\"", "\"title\":{\"hex\":\"0g\"}"),
     "t.jsonl:2: host-joined: 'title': expected text, or {\"hex\":\"...\"} with digits in "
     "pairs, got hexadecimal bytes"},
    {header + with(alice, "\"title\":\"mail.alice.example\"", "\"title\":null"),
     "t.jsonl:2: host-joined: 'title': expected text, or {\"hex\":\"...\"} with digits in "
     "pairs, got null"},
    {header + with(alice, "\"who\":0", "\"who\":65535"),
     "t.jsonl:2: host-joined: 'who': expected the number of a host, or null, got 65535"},
    {header + with(alice, "\"who\":0", "\"who\":1"), "t.jsonl:2: expected host 0 to begin, got 1"},
    {header + with(alice, "\"host\":0", "\"host\":3"), "t.jsonl:2: there is no host 3 yet"},
    {header + with(alice, "\"id\":1", "\"id\":2"), "t.jsonl:2: expected event 1, got 2"},
    {header + with(alice, "\"cause\":0", "\"cause\":1"),
     "t.jsonl:2: expected a cause before event 1, got 1"},
    {header + alice + with(asked, "17672256", "17672255"),
     "t.jsonl:3: expected a time from 1767225600000000000 on, got 1767225500000000000"},
    {header + with(alice, "1767225600000000000", "9999999999999999999"),
     "t.jsonl:2: 'at': expected nanoseconds since 1970, before the year 2255, got "
     "9999999999999999999"},
    {header + alice + alice, "t.jsonl:3: expected event 2, got 1"},
    {header + alice + with(asked, "25,", "70000,"),
     "t.jsonl:3: connection-asked: 'port': expected a whole number up to 65535, got 70000"},
    {header + alice + with(asked, "\"connection\":1", "\"connection\":2"),
     "t.jsonl:3: expected connection 1 to begin, got 2"},
    {header + alice + asked + with(failed, "timeout", "moon"),
     "t.jsonl:4: connection-failed: 'reason': expected a reason of docs/trace.md, got 'moon'"},
    {header + alice + asked + with(failed, ":1,\"reason", ":2,\"reason"),
     "t.jsonl:4: there is no connection 2 yet"},
    {header + alice + with(asked, "\"peer\":0", "\"peer\":2"), "t.jsonl:3: there is no host 2 yet"},
};

BOOST_AUTO_TEST_CASE(what_is_no_trace_is_told_by_its_line) {
    for (const Bad& bad : no_traces) {
        const suite::ReadTrace got = read(bad.text);
        BOOST_TEST(got.wrong == bad.why);
        BOOST_TEST(!got.file, bad.why);
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_told) {
    BOOST_TEST(suite::read_trace_file("/nowhere/t.jsonl").wrong ==
               "/nowhere/t.jsonl: expected a trace file, but there is none");
    const Folder folder;
    BOOST_TEST(suite::read_trace_file(folder.path()).wrong ==
               folder.path() + ": expected a trace file, got a directory");
    folder.write("t.jsonl", header + alice);
    BOOST_TEST(suite::read_trace_file(folder.path() + "/t.jsonl").wrong == "");
}

BOOST_AUTO_TEST_SUITE_END()
