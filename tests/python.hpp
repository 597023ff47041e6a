#pragma once
// What others make of our bytes: a Python program reads the file "in" and prints.
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

/// What the program prints, bytes as they are. It finds its input as sys.argv[1]; that it ends well
/// is checked.
inline std::string python(std::string_view program, std::string_view input = {}) {
    char folder[] = "/tmp/mailtls-python-XXXXXX";
    BOOST_TEST_REQUIRE(mkdtemp(folder) != nullptr);
    const std::string base = folder;
    const auto write = [&](const char* name, std::string_view text) {
        std::ofstream(base + name, std::ios::binary) << text;
    };
    const auto text_of = [&](const char* name) {
        std::ifstream in(base + name, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    };
    write("/in", input);
    write("/run.py", program);
    const std::string command = std::string(MAILTLS_PYTHON) + " " + base + "/run.py " + base +
                                "/in > " + base + "/out 2> " + base + "/err";
    const int status = std::system(command.c_str());
    const std::string out = text_of("/out");
    BOOST_TEST(status == 0, text_of("/err"));
    for (const char* file : {"/in", "/run.py", "/out", "/err"}) std::remove((base + file).c_str());
    std::remove(folder);
    return out;
}
