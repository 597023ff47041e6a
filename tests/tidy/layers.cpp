// Who may know whom: an include has to follow an arrow.
//
//   core <- trace <- net <- { dns, tls, smtp } <- https (tls) <- mta <- world
//   policy knows core only <- mta       world <- harness/script <- harness       trace <- visualize

#include <boost/test/unit_test.hpp>

#include "tests/tidy/code.hpp"
#include "tests/tidy/findings.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>

namespace {

using namespace tidy;
using Places = std::vector<std::string_view>;

// What the files of a place know: what is listed, and each other unless they are strangers. A file
// belongs to the longest place that it is at.
enum class Files { friends, strangers };
struct Layer {
    std::string_view place;
    Places knows;
    Files files = Files::friends;
};

const std::vector<Layer> layers{
    {"sim/core", {}},
    {"sim/trace", {"sim/core"}},
    {"sim/net", {"sim/core", "sim/trace"}},
    {"sim/dns", {"sim/core", "sim/trace", "sim/net"}},
    {"sim/tls", {"sim/core", "sim/trace", "sim/net"}},
    {"sim/smtp", {"sim/core", "sim/trace", "sim/net"}},
    {"sim/https", {"sim/core", "sim/trace", "sim/net", "sim/tls"}},
    {"sim/policy", {"sim/core"}},
    {"sim/mta",
     {"sim/core", "sim/trace", "sim/net", "sim/dns", "sim/tls", "sim/smtp", "sim/https",
      "sim/policy"}},
    {"sim/attack", {"sim/core", "sim/trace", "sim/net", "sim/dns", "sim/tls", "sim/smtp"}},
    {"sim/world", {"sim"}},

    // A picture is made of the trace alone. Shared are the reader of TLS records, labels and
    // captions. Graphviz draws what is laid out, and knows no trace at all.
    {"visualize", {"sim/core", "sim/trace", "visualize/records"}, Files::strangers},
    {"visualize/labels", {"sim/core"}},
    {"visualize/caption", {}},
    {"visualize/ladder",
     {"sim/core", "sim/trace", "visualize/fates", "visualize/glances", "visualize/labels",
      "visualize/ladder_shape", "visualize/ladder_view", "visualize/change", "visualize/datagrams",
      "visualize/handshakes", "visualize/ladder_notes", "visualize/records", "visualize/spoken"}},
    // A trace has the secrets of its sessions: what crossed sealed is taken apart as ever.
    {"visualize/handshakes", {"sim/trace", "sim/tls/dissect"}},
    {"visualize/ladder_notes", {"sim/core", "sim/trace", "visualize/ladder", "visualize/spoken"}},
    {"visualize/conversation", {"sim/core", "sim/trace", "visualize/teller"}},
    {"visualize/conversation_as",
     {"sim/core", "sim/trace", "visualize/conversation", "visualize/datagrams", "visualize/teller",
      "visualize/wiretap"}},
    {"visualize/teller",
     {"sim/core", "sim/trace", "visualize/at_once", "visualize/change"}},
    {"visualize/at_once", {"sim/trace"}},
    {"visualize/change", {"sim/core"}},
    {"visualize/wiretap", {"visualize/records"}},
    {"visualize/datagrams", {}},
    {"visualize/dress", {"sim/core", "sim/trace", "visualize/labels"}},
    {"visualize/decision", {"sim/core", "sim/trace", "visualize/caption", "visualize/dress"}},
    {"visualize/topology",
     {"sim/core", "sim/trace", "visualize/caption", "visualize/dress", "visualize/members"}},
    {"visualize/members", {}},
    // It shows what was computed from what the trace has.
    {"visualize/keys",
     {"sim/core", "sim/trace", "sim/tls/negotiation", "visualize/caption", "visualize/dress"}},
    {"visualize/share", {"sim/core", "visualize/caption"}},
    {"visualize/share_chart", {"sim/core", "visualize/share"}},
    {"visualize/share_dot", {"visualize/dress", "visualize/share"}},
    {"visualize/fates", {"sim/core", "sim/trace"}},
    {"visualize/glances",
     {"sim/trace", "visualize/datagrams", "visualize/ladder", "visualize/records",
      "visualize/spoken"}},
    {"visualize/svg", {"visualize/caption", "visualize/labels"}},
    {"visualize/ladder_shape",
     {"sim/core", "sim/trace", "visualize/at_once", "visualize/ladder"}},
    {"visualize/ladder_lanes", {"sim/trace", "visualize/ladder", "visualize/ladder_shape"}},
    {"visualize/ladder_view", {"sim/core", "sim/trace", "visualize/ladder"}},
    {"visualize/spoken", {}},
    {"visualize/ladder_dot",
     {"sim/core", "sim/trace", "visualize/ladder", "visualize/ladder_words", "visualize/dress"}},
    {"visualize/ladder_mermaid",
     {"sim/core", "sim/trace", "visualize/ladder", "visualize/ladder_words"}},
    {"visualize/ladder_plantuml",
     {"sim/core", "sim/trace", "visualize/ladder", "visualize/ladder_words"}},
    {"visualize/ladder_text",
     {"sim/core", "sim/trace", "visualize/ladder", "visualize/ladder_words"}},
    {"visualize/ladder_words", {"sim/core", "sim/trace", "visualize/caption", "visualize/ladder"}},
    {"visualize/capture", {"sim/core", "sim/trace", "visualize/packets", "visualize/tcp_flow"}},
    {"visualize/capture_file", {"sim/core", "visualize/capture"}},
    {"visualize/tcp_flow", {"sim/core", "visualize/capture", "visualize/packets"}},
    {"visualize/packets", {"sim/core"}},
    {"visualize/records", {"sim/core"}},
    {"visualize/graphviz", {"visualize/labels"}},

    // Verdicts are read from the trace, by whoever asks for them.
    {"harness/judge", {"sim/core", "sim/trace"}},
    // Files of the disk; a script knows their names alone (script::Library).
    {"harness/files", {"sim/core", "harness/script/entry", "harness/script/library"}},
    {"harness/script", {"sim", "harness/judge", "visualize/conversation"}},
    // One world, its outcome, and what is shown of it: no file, process or thread (a build with
    // MAILTLS_CORE_ONLY has no more than this, and what it knows).
    {"harness/play", {"sim", "harness/judge", "harness/script"}},
    {"harness/report/beliefs", {"sim/core", "sim/trace"}},
    {"harness/report/dissection",
     {"sim", "harness/play/json_text", "harness/report/explanations", "harness/report/key_path"}},
    {"harness/report/key_path", {"sim"}},
    {"harness/report/explanations", {"sim/core", "harness/script/sources"}},
    {"harness/report/page",
     {"sim", "harness/judge", "harness/play", "harness/report/beliefs", "harness/report/dissection",
      "harness/report/key_path", "harness/report/shares", "harness/report/ways_json",
      "visualize/ladder", "visualize/ladder_words", "visualize/share"}},
    {"harness/report/shares", {"sim/trace", "harness/judge", "visualize/share"}},
    {"harness/report/ways_json", {"sim", "harness/judge", "harness/play"}},
    {"harness/report/party", {"sim/core", "sim/trace"}},
    {"harness/suite",
     {"sim", "harness/files", "harness/judge", "harness/play", "harness/script", "visualize"}},
    {"harness/many",
     {"sim", "harness/files", "harness/judge", "harness/play", "harness/script", "harness/suite",
      "visualize"}},
    {"harness/report",
     {"sim", "harness/files", "harness/judge", "harness/many", "harness/play", "harness/report",
      "harness/script", "harness/suite", "visualize/ladder", "visualize/ladder_words"}},
    {"harness/embed",
     {"sim", "harness/files", "harness/judge", "harness/play", "harness/script", "harness/suite",
      "visualize"}},
    {"harness/bench",
     {"sim", "harness/files", "harness/judge", "harness/many", "harness/play",
      "harness/report/figures", "harness/script", "harness/suite", "visualize"}},
    {"harness/main", {"sim", "harness", "visualize"}},

    {"tests", {"sim", "harness", "visualize"}},
};

// Libraries of others: the places that see each, so that it can be exchanged there.
struct Library {
    std::string_view headers;
    Places places;
    std::string_view instead;
};
const std::vector<Library> libraries{
    {"mbedtls/", {"sim/tls"}, "go through tls::Channel or tls::Mint"},
    {"psa/", {"sim/tls"}, "go through tls::Library"},
    {"openssl/", {"sim/tls", "tests/tls"}, "go through tls::Library"},
    {"graphviz/", {"visualize/graphviz.cpp"}, "go through visualize/graphviz.hpp"},
    {"zlib.h", {"sim/mta/gzip.cpp"}, "go through sim/mta/gzip.hpp"},
    {"lua", {"harness/script", "tests/script"}, "go through harness/script/file.hpp"},
    {"re2/", {"harness/main"}, "a selection is made in harness/main"},
    {"CLI/", {"harness/main"}, "the command line is read in harness/main"},
    // It takes a second to compile: whoever only tells of an outcome reads its members.
    {"nlohmann/json.hpp",
     {"harness/report/coverage.cpp", "harness/report/dissection.cpp",
      "harness/report/figures.cpp", "harness/report/html_json.cpp",
      "harness/report/ways_json.cpp", "harness/report/page.cpp", "harness/report/policy_table.cpp",
      "harness/many/fault_sweep.cpp", "harness/many/matrix.cpp", "harness/play/json_text.cpp",
      "harness/play/outcome_json.cpp", "harness/many/policy_check.cpp",
      "harness/suite/results_json.cpp", "harness/many/sweep_json.cpp",
      "sim/policy/tls_report_read.cpp", "tests"},
     "text by harness/play/json_text.hpp; documents in a file named *_json.cpp"},
    {"nlohmann/",
     {"harness", "tests", "sim/policy/tls_report_read.cpp"},
     "encode by trace/encode.hpp"},
    {"boost/test/", {"tests"}, "tests stand in tests/"},
};

// What the simulated world must not have; docs/decisions say why.
struct Header {
    std::string_view name;
    std::string_view instead;
};
constexpr std::string_view one_thread = "sim/ has one thread: make a Task, the loop resumes it";
constexpr std::string_view no_files = "sim/ opens no files: take and give text, or record an event";
constexpr std::string_view no_print = "sim/ prints nothing: record an event, or fmt::format a text";
constexpr std::string_view no_clock = "time is virtual: Loop::now(), Duration and Instant of core";
constexpr std::string_view no_chance = "chance is seeded: core/chance.hpp";
constexpr std::string_view sorted =
    "hash order differs between runs: std::map, std::set or a vector";
constexpr std::string_view no_os = "sim/ must run without an operating system: see sim/net";
constexpr std::string_view no_exit =
    "ENSURE ends a run that is wrong; std::from_chars reads numbers";
constexpr Header headers[] = {
    {"thread", one_thread},
    {"mutex", one_thread},
    {"shared_mutex", one_thread},
    {"condition_variable", one_thread},
    {"future", one_thread},
    {"atomic", one_thread},
    {"semaphore", one_thread},
    {"latch", one_thread},
    {"barrier", one_thread},
    {"stop_token", one_thread},
    {"pthread.h", one_thread},
    {"fstream", no_files},
    {"filesystem", no_files},
    {"iostream", no_print},
    {"ostream", no_print},
    {"istream", no_print},
    {"iomanip", no_print},
    {"sstream", no_print},
    {"cstdio", no_print},
    {"stdio.h", no_print},
    {"print", no_print},
    {"syncstream", no_print},
    {"fmt/ostream.h", no_print},
    {"chrono", no_clock},
    {"ctime", no_clock},
    {"time.h", no_clock},
    {"fmt/chrono.h", no_clock},
    {"random", no_chance},
    {"unordered_map", sorted},
    {"unordered_set", sorted},
    {"cstdlib", no_exit},
    {"stdlib.h", no_exit},
    {"csignal", no_os},
    {"signal.h", no_os},
    {"unistd.h", no_os},
    {"fcntl.h", no_os},
    {"poll.h", no_os},
    {"netdb.h", no_os},
};

constexpr Exemption exemptions[] = {
    {"sim/tls/library.cpp", "<ctime>",
     "Mbed TLS's hook for the calendar fills a std::tm; its time is the loop's"},
};

const Layer* layer_of(std::string_view path) {
    const Layer* best = nullptr;
    for (const Layer& layer : layers) {
        if (!is_at(path, layer.place)) continue;
        if (best == nullptr || layer.place.size() > best->place.size()) best = &layer;
    }
    return best;
}

std::string joined(const Places& places) {
    std::string out;
    for (const auto place : places) out += (out.empty() ? "" : ", ") + std::string(place);
    return out.empty() ? "nothing else" : out;
}

std::string why_not_ours(const std::string& path, std::string_view header) {
    if (header.find('/') == header.npos || header.starts_with(".")) {
        return "write its path from the project's root";
    }
    const Layer* layer = layer_of(path);
    if (layer == nullptr) return "this file is in no layer: give it one in tests/tidy/layers.cpp";
    if (layer->files == Files::friends && layer_of(header) == layer) return {};
    const bool is_its_own = is_at(path, header.substr(0, header.rfind('.')));
    if (is_its_own) return {};
    const auto allows = [&](std::string_view place) { return is_at(header, place); };
    if (std::ranges::any_of(layer->knows, allows)) return {};
    return std::string(layer->place) + " knows " + joined(layer->knows);
}

std::string why_not_theirs(const std::string& path, std::string_view header) {
    for (const Library& library : libraries) {
        const auto sees = [&](std::string_view place) { return is_at(path, place); };
        if (!header.starts_with(library.headers)) continue;
        if (std::ranges::any_of(library.places, sees)) continue;
        return std::string(library.instead) + " (seen by " + joined(library.places) + " only)";
    }
    if (!is_at(path, "sim")) return {};
    for (const Header& banned : headers) {
        if (header == banned.name) return std::string(banned.instead);
    }
    if (header.starts_with("sys/") || header.starts_with("arpa/")) return std::string(no_os);
    return {};
}

Findings includes_against_the_layers(const File& file) {
    Findings findings;
    for (const Include& one : includes_of(file.text)) {
        const std::string why =
            one.in_quotes ? why_not_ours(file.path, one.name) : why_not_theirs(file.path, one.name);
        if (why.empty()) continue;
        const std::string name(one.name);
        findings.push_back(
            {file.path, one.line, one.in_quotes ? '"' + name + '"' : '<' + name + '>', why});
    }
    return findings;
}

std::string verdict(std::string path, std::string text) {
    return rules_of(includes_against_the_layers({std::move(path), std::move(text)}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layers)

BOOST_AUTO_TEST_CASE(every_include_follows_an_arrow) {
    Findings findings;
    for (const File& file : source_tree()) {
        if (is_cpp(file)) append(findings, includes_against_the_layers(file));
    }
    const Findings left = judged(std::move(findings), exemptions);
    BOOST_CHECK_MESSAGE(left.empty(), listing(left));
}

BOOST_AUTO_TEST_CASE(the_whole_tree_is_read) {
    const auto has = [](std::string_view path) {
        return std::ranges::find(source_tree(), path, &File::path) != source_tree().end();
    };
    for (const auto path :
         {"CMakeLists.txt", "setup.sh", "cmake/MailtlsTargets.cmake", "sim/CMakeLists.txt",
          "sim/core/loop.hpp", "sim/world.cpp", "visualize/ladder.cpp", "harness/main/main.cpp",
          "tests/main.cpp", "harness/script/prelude.lua", "scenarios/exchange/starttls.lua"}) {
        BOOST_TEST(has(path), path << " was not read");
    }
    for (const File& file : source_tree()) {
        BOOST_TEST(!is_at(file.path, "build"));
        BOOST_TEST(!is_at(file.path, "third_party"));
    }
}

// The path of a file, what it includes, and is that guilty?
struct Plant {
    std::string path;
    std::string include;
    bool guilty;
};
std::ostream& operator<<(std::ostream& out, const Plant& plant) {
    return out << plant.path << " includes " << plant.include;
}

const std::vector<Plant> plants{
    {"sim/core/x.cpp", "\"sim/core/loop.hpp\"", false},
    {"sim/core/x.cpp", "\"sim/trace/event.hpp\"", true},
    {"sim/trace/x.cpp", "\"sim/core/units.hpp\"", false},
    {"sim/trace/x.hpp", "\"sim/net/rule.hpp\"", true},
    {"sim/net/x.cpp", "\"sim/trace/trace.hpp\"", false},
    {"sim/net/x.cpp", "\"sim/smtp/reply.hpp\"", true},
    {"sim/dns/x.cpp", "\"sim/net/stream.hpp\"", false},
    {"sim/dns/x.cpp", "\"sim/tls/channel.hpp\"", true},
    {"sim/tls/x.cpp", "\"sim/smtp/reply.hpp\"", true},
    {"sim/smtp/x.cpp", "\"sim/dns/zone.hpp\"", true},
    {"sim/smtp/x.cpp", "\"sim/tls/channel.hpp\"", true},
    {"sim/https/x.cpp", "\"sim/tls/channel.hpp\"", false},
    {"sim/https/x.cpp", "\"sim/smtp/reply.hpp\"", true},
    {"sim/tls/x.cpp", "\"sim/https/client.hpp\"", true},
    {"sim/policy/x.cpp", "\"sim/core/reason.hpp\"", false},
    {"sim/policy/x.cpp", "\"sim/trace/event.hpp\"", true},
    {"sim/mta/x.cpp", "\"sim/policy/judge.hpp\"", false},
    {"sim/mta/x.cpp", "\"sim/world.hpp\"", true},
    {"sim/world.hpp", "\"sim/mta/delivery.hpp\"", false},
    {"sim/world.cpp", "\"harness/script/file.hpp\"", true},
    {"sim/mta/x.cpp", "\"visualize/ladder.hpp\"", true},
    {"sim/mta/x.cpp", "\"delivery.hpp\"", true},
    {"sim/mta/x.cpp", "\"../core/loop.hpp\"", true},
    {"sim/unheard_of/x.cpp", "\"sim/core/loop.hpp\"", true},
    {"visualize/x.cpp", "\"sim/trace/trace.hpp\"", false},
    {"visualize/x.cpp", "\"visualize/x.hpp\"", false},
    {"visualize/x.cpp", "\"visualize/records.hpp\"", false},
    {"visualize/x.cpp", "\"visualize/ladder.hpp\"", true},
    {"visualize/x.cpp", "\"sim/net/rule.hpp\"", true},
    {"visualize/x.cpp", "\"harness/judge/judge.hpp\"", true},
    {"visualize/records.cpp", "\"visualize/ladder.hpp\"", true},
    {"harness/judge/judge.cpp", "\"sim/trace/trace.hpp\"", false},
    {"harness/judge/judge.cpp", "\"sim/mta/delivery.hpp\"", true},
    {"harness/script/x.cpp", "\"harness/judge/judge.hpp\"", false},
    {"harness/script/x.cpp", "\"harness/play/play.hpp\"", true},
    {"harness/script/x.cpp", "\"harness/main/command.hpp\"", true},
    {"harness/play/play.cpp", "\"harness/script/file.hpp\"", false},
    {"harness/main/x.cpp", "\"visualize/ladder.hpp\"", false},
    {"sim/tls/x.cpp", "<mbedtls/ssl.h>", false},
    {"sim/mta/x.cpp", "<mbedtls/ssl.h>", true},
    {"harness/main/x.cpp", "<mbedtls/version.h>", true},
    {"tests/tls/x.cpp", "<mbedtls/ssl.h>", true},
    {"sim/tls/x.cpp", "<psa/crypto.h>", false},
    {"sim/core/x.cpp", "<psa/crypto.h>", true},
    {"sim/core/x.cpp", "<openssl/bn.h>", true},
    {"harness/main/x.cpp", "<graphviz/gvc.h>", true},
    {"sim/mta/gzip.cpp", "<zlib.h>", false},
    {"sim/mta/x.cpp", "<zlib.h>", true},
    {"harness/main/x.cpp", "<lua.hpp>", true},
    {"harness/script/x.cpp", "<lua.hpp>", false},
    {"sim/mta/x.cpp", "<nlohmann/json.hpp>", true},
    {"tests/harness/x.cpp", "<nlohmann/json.hpp>", false},
    {"sim/mta/x.cpp", "<CLI/CLI.hpp>", true},
    {"sim/core/x.cpp", "<boost/test/unit_test.hpp>", true},
    {"sim/core/x.cpp", "<vector>", false},
    {"harness/suite/x.cpp", "<thread>", false},
    {"sim/net/x.cpp", "<sys/socket.h>", true},
};

BOOST_AUTO_TEST_CASE(a_stray_include_is_found_and_a_right_one_is_not) {
    for (const Plant& plant : plants) {
        const std::string found = verdict(plant.path, "#include " + plant.include + "\n");
        BOOST_TEST(found == (plant.guilty ? plant.include : ""), plant);
    }
}

BOOST_AUTO_TEST_CASE(each_header_that_the_world_must_not_have_is_found_in_it) {
    for (const Header& header : headers) {
        const std::string include = "<" + std::string(header.name) + ">";
        BOOST_TEST(verdict("sim/mta/x.cpp", "#include " + include + "\n") == include);
        BOOST_TEST(verdict("harness/suite/x.cpp", "#include " + include + "\n") == "");
        BOOST_TEST(!header.instead.empty());
    }
}

BOOST_AUTO_TEST_CASE(an_include_in_a_comment_or_a_text_is_none) {
    BOOST_TEST(verdict("sim/core/x.cpp", "// #include <thread>\n") == "");
    BOOST_TEST(verdict("sim/core/x.cpp", "/*\n#include <thread>\n*/\n") == "");
    BOOST_TEST(verdict("sim/core/x.cpp", "auto t = R\"(\n#include <thread>\n)\";\n") == "");
}

BOOST_AUTO_TEST_CASE(an_exemption_that_is_not_needed_or_has_no_reason_is_a_finding) {
    const Findings one{{"sim/a.cpp", 1, "<ctime>", "no"}};
    const Exemption right[] = {{"sim/a.cpp", "<ctime>", "a hook"}};
    const Exemption other_file[] = {{"sim/b.cpp", "<ctime>", "a hook"}};
    const Exemption other_rule[] = {{"sim/a.cpp", "<chrono>", "a hook"}};
    const Exemption mute[] = {{"sim/a.cpp", "<ctime>", ""}};
    BOOST_TEST(rules_of(judged(one, {})) == "<ctime>");
    BOOST_TEST(rules_of(judged(one, right)) == "");
    BOOST_TEST(rules_of(judged({}, right)) == "exemption");
    BOOST_TEST(rules_of(judged(one, other_file)) == "exemption, <ctime>");
    BOOST_TEST(rules_of(judged(one, other_rule)) == "exemption, <ctime>");
    BOOST_TEST(rules_of(judged(one, mute)) == "exemption");
}

BOOST_AUTO_TEST_SUITE_END()
