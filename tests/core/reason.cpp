#include "sim/core/reason.hpp"

#include <boost/test/unit_test.hpp>

using namespace core;

BOOST_AUTO_TEST_SUITE(reason)

BOOST_AUTO_TEST_CASE(each_word_leads_back_to_its_reason) {
    std::size_t count = 0;
    for (; !reason_word_at(count).empty(); ++count) {
        const auto found = reason_of(reason_word_at(count));
        BOOST_TEST_REQUIRE(found.has_value());
        BOOST_TEST(word(*found) == reason_word_at(count));
        BOOST_TEST(!facts(*found).meaning.empty());
    }
    BOOST_TEST(count >= 18u);
    BOOST_TEST(!reason_of("bad-luck").has_value());
}

// RFC 8460 sections 4.3.1 and 4.3.2.1.
BOOST_AUTO_TEST_CASE(result_types_are_spelled_as_in_rfc_8460) {
    for (const char* type : {"starttls-not-supported", "certificate-host-mismatch",
                             "certificate-expired", "certificate-not-trusted", "validation-failure",
                             "tlsa-invalid", "dnssec-invalid", "dane-required"}) {
        BOOST_TEST_REQUIRE(reason_of(type).has_value(), type);
        BOOST_TEST(facts(*reason_of(type)).source.starts_with("RFC 8460"), type);
    }
}

BOOST_AUTO_TEST_SUITE_END()
