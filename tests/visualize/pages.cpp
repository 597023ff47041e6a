// Pages that must say what the program does.
#include <boost/test/unit_test.hpp>

#include "harness/script/file.hpp"
#include "sim/trace/event.hpp"
#include "tests/visualize/files.hpp"

namespace {

void look_for_each_kind(const std::string& page) {
    trace::each_type(std::type_identity<trace::Body>(), [&]<class T>(std::type_identity<T>) {
        const std::string row = "| `" + std::string(T::name) + "` |";
        const std::size_t at = page.find(row);
        BOOST_TEST(at != std::string::npos, T::name);
        const std::string line = page.substr(at, page.find('\n', at) - at);
        T().fields([&](const char* name, const auto&) {
            BOOST_TEST(line.find("`" + std::string(name) + "`") != std::string::npos,
                       T::name << "." << name);
        });
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pages)

BOOST_AUTO_TEST_CASE(the_language_page_is_the_vocabulary) {
    BOOST_TEST((project_file("docs/language.md") == script::language_reference()),
               "docs/language.md differs; renew it by `mailtls api > docs/language.md`");
}

BOOST_AUTO_TEST_CASE(the_trace_page_names_every_event_and_field) {
    const std::string page = project_file("docs/trace.md");
    look_for_each_kind(page);
    for (std::size_t i = 1; !core::reason_word_at(i).empty(); ++i)
        BOOST_TEST(
            page.find("| `" + std::string(core::reason_word_at(i)) + "` |") != std::string::npos,
            core::reason_word_at(i));
}

// The scenario of the README is the one of the gallery.
BOOST_AUTO_TEST_CASE(links_of_the_readme_lead_somewhere) {
    const std::string page = project_file("README.md");
    std::size_t links = 0;
    for (std::size_t at = page.find("]("); at != std::string::npos; at = page.find("](", at + 1)) {
        std::string target = page.substr(at + 2, page.find_first_of(")#", at) - at - 2);
        if (target.ends_with('/')) target += "0001-layers.md";
        BOOST_TEST(!project_file(target).empty(), target);
        ++links;
    }
    BOOST_TEST(links >= 8u);
}

BOOST_AUTO_TEST_SUITE_END()
