// The manual page against the program.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/harness/help.hpp"
#include "tests/harness/program.hpp"

namespace {

std::string manual() {
    std::ostringstream text;
    text << std::ifstream(MAILTLS_ROOT "/docs/mailtls.1.scd").rdbuf();
    return text.str();
}

// What the page says of a command, up to the next one.
std::string part_of(const std::string& command) {
    const std::string page = manual();
    const std::size_t at = page.find("\n## mailtls " + command);
    if (at == std::string::npos) return {};
    return page.substr(at, page.find("\n#", at + 1) - at);
}

constexpr const char* everywhere[] = {"-h",       "--help",    "-D",      "--define",
                                      "--config", "--timeout", "--memory"};

}  // namespace

BOOST_AUTO_TEST_SUITE(manual_page)

BOOST_AUTO_TEST_CASE(every_command_and_switch_of_help_stands_in_it) {
    const Folder folder;
    std::size_t all = 0;
    for (const std::string& command : commands_in(mailtls(folder, "--help").out)) {
        const std::string part = part_of(command);
        BOOST_TEST(!part.empty(), "the manual has no part '## mailtls " << command << "'");
        for (const std::string& name : switches_in(mailtls(folder, command + " --help").out)) {
            const bool same_everywhere = std::find(std::begin(everywhere), std::end(everywhere),
                                                   name) != std::end(everywhere);
            BOOST_TEST(has(same_everywhere ? manual() : part, "*" + name + "*"),
                       command << " " << name);
            ++all;
        }
    }
    BOOST_TEST(all > 40);
    BOOST_TEST(has(manual(), "*--version*"));
}

BOOST_AUTO_TEST_CASE(every_exit_code_stands_in_it) {
    for (const char* code : {"0", "1", "2", "3", "4", "5", "6", "7", "70"})
        BOOST_TEST(has(manual(), std::string("\n*") + code + "*"), code);
}

BOOST_AUTO_TEST_SUITE_END()
