// SMTP taken apart. That it is what tshark says is checked over the whole gallery
// (tests/captures/check.py); here stands what no gallery has.
#include "sim/smtp/dissect.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>

#include "tests/smtp/passages.hpp"

BOOST_AUTO_TEST_SUITE(dissect)

BOOST_AUTO_TEST_CASE(dialogues_are_taken_apart) {
    check_passages("smtp/dissect.txt", [](std::string_view title) -> Adder {
        using Begins = smtp::Dissector::Begins;
        const auto dissector = std::make_shared<smtp::Dissector>(
            title.starts_with("inside TLS") ? Begins::behind_starttls : Begins::with_greeting);
        return [dissector](trace::Way way, std::string_view bytes) {
            return dissector->add(way, bytes);
        };
    });
}

BOOST_AUTO_TEST_SUITE_END()
