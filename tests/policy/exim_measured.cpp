// What Exim 4.96 itself says of strings (exim -be) and of addresses (exim -bt).
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

#include "sim/policy/exim_config.hpp"

using namespace policy;
using namespace policy::exim;

namespace {

const std::string vectors = MAILTLS_TESTS "/vectors/exim/";

core::Result<std::string> measured_files(const std::string& name) {
    std::ifstream in(vectors + "files/" + name);
    std::stringstream text;
    text << in.rdbuf();
    if (in) return text.str();
    return core::Failure(core::Reason::none, name + ": there is no such file");
}

// As the vectors have it.
std::string measured_like(const Expanded& made) {
    return made.state == Expanded::State::text             ? made.text
           : made.state == Expanded::State::forced_failure ? "fails"
           : made.state == Expanded::State::wrong          ? "error"
                                                           : "unknown: " + made.why;
}

std::string measured_way(const Config& config, const std::string& domain) {
    std::string why_not;
    const std::optional<Way> way = config.way_of(domain, why_not);
    if (!way) return "-";
    std::string out = way->router + " " + way->transport->name;
    for (const Hop& hop : way->hops)
        out += " " + hop.host + (hop.port == 0 ? "" : ":" + std::to_string(hop.port));
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exim_measured)

BOOST_AUTO_TEST_CASE(strings) {
    Known known(measured_files);
    known.primary_hostname = "mx.alice.example";
    known.qualify_domain = "alice.example";
    known.domains["local"] = {"@ : localhost : alice.example", "", 1};
    known.domains["both"] = {"!x.bob.example : +local : *.bob.example", "", 1};
    known.hosts["near"] = {"192.0.2.0/24 : 2001::db8::::/32", "", 1};
    std::ifstream in(vectors + "strings.txt");
    std::size_t count = 0;
    for (std::string line; std::getline(in, line); ++count) {
        const std::size_t tab = line.find('\t');
        const std::string text = line.substr(0, tab);
        BOOST_TEST(measured_like(Evaluator(known, {}).expand(text)) == line.substr(tab + 1), text);
    }
    BOOST_TEST(count > 300u);
}

BOOST_AUTO_TEST_CASE(routes) {
    std::ifstream in(vectors + "routes.txt");
    std::size_t count = 0;
    std::string text;
    std::optional<Config> config;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("> ")) {
            if (config) text.clear();
            config.reset();
            text += line + "\n";
            continue;
        }
        if (!config) config = read_config(text, "conf", measured_files);
        const std::size_t space = line.find(' ', 2);
        BOOST_TEST(measured_way(*config, line.substr(2, space - 2)) == line.substr(space + 1),
                   text << line);
        ++count;
    }
    BOOST_TEST(count > 100u);
}

BOOST_AUTO_TEST_SUITE_END()
