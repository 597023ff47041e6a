#pragma once
// Is it XML?
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

/// What xmllint complains of.
inline std::string xml_complaints(const std::string& xml) {
    char folder[] = "/tmp/mailtls-svg-XXXXXX";
    BOOST_TEST_REQUIRE(mkdtemp(folder) != nullptr);
    const std::string base = folder;
    std::ofstream(base + "/picture.svg", std::ios::binary) << xml;
    const std::string command =
        "xmllint --noout --nonet " + base + "/picture.svg > " + base + "/said 2>&1";
    const int status = std::system(command.c_str());
    std::ostringstream said;
    said << std::ifstream(base + "/said").rdbuf();
    for (const char* file : {"/picture.svg", "/said"}) std::remove((base + file).c_str());
    std::remove(folder);
    return status == 0 ? said.str() : "xmllint (package libxml2-utils) fails: " + said.str();
}
