#include "sim/core/units.hpp"

#include <boost/test/unit_test.hpp>

using namespace core;

BOOST_AUTO_TEST_SUITE(units)

// `date -u -d @N +"%a, %d %b %Y %T +0000"` says the same.
BOOST_AUTO_TEST_CASE(mail_dates_are_those_of_the_date_program) {
    struct Case {
        std::int64_t unix_seconds;
        const char* text;
    };
    for (const Case& c : {Case{0, "Thu, 01 Jan 1970 00:00:00 +0000"},
                          Case{951782400, "Tue, 29 Feb 2000 00:00:00 +0000"},
                          Case{1767225600, "Thu, 01 Jan 2026 00:00:00 +0000"},
                          Case{1785542399, "Fri, 31 Jul 2026 23:59:59 +0000"},
                          Case{4107542400, "Mon, 01 Mar 2100 00:00:00 +0000"}}) {
        BOOST_TEST(mail_date(Instant{} + seconds(c.unix_seconds)) == c.text);
        BOOST_TEST(unix_seconds(civil_time(c.unix_seconds)) == c.unix_seconds);
    }
}

BOOST_AUTO_TEST_CASE(durations_as_authors_write_them) {
    struct Case {
        const char* text;
        Duration value;
    };
    for (const Case& c :
         {Case{"1 hour 30 minutes", minutes(90)},
          {"2 d 3 h 4 min 5.5 s", days(2) + hours(3) + minutes(4) + milliseconds(5500)},
          {"300ms", milliseconds(300)},
          Case{"5 minutes", minutes(5)},
          Case{"1 minute", minutes(1)},
          Case{"2.5 s", milliseconds(2500)},
          Case{"1 week", days(7)},
          Case{"5 days", days(5)},
          Case{"1 hour", hours(1)},
          Case{"90", seconds(90)}}) {
        const auto parsed = parse_duration(c.text);
        BOOST_TEST_REQUIRE(parsed.has_value(), c.text);
        BOOST_TEST(parsed->ns == c.value.ns, c.text);
    }
}

BOOST_AUTO_TEST_CASE(time_ends_and_does_not_begin_anew) {
    const Duration longest{INT64_MAX}, shortest{INT64_MIN};
    const Instant last{INT64_MAX}, first{INT64_MIN};
    BOOST_TEST((last + seconds(1) == last));
    BOOST_TEST((first - seconds(1) == first));
    BOOST_TEST((last - first == longest));
    BOOST_TEST((first - last == shortest));
    BOOST_TEST((longest + longest == longest));
    BOOST_TEST((shortest - seconds(1) == shortest));
    BOOST_TEST((days(36500) * 1000 == longest));
    BOOST_TEST((days(36500) * -1000 == shortest));
    BOOST_TEST((Instant{5} - Instant{7} == Duration{-2}));
}

BOOST_AUTO_TEST_CASE(what_is_no_duration) {
    for (const char* text : {"", "minutes", "5 parsecs", "-1 s", "1 hour ago", "1e9", "5minutes!",
                             "99999999999999 weeks", ".", "1..5 s", "30 minutes 1 hour",
                             "1 hour 1 hour", "1 hour 30", "1 hour, 30 minutes", "hour 1",
                             // each of a hundred years, but not together
                             "5214 weeks 36500 days 876000 hours"})
        BOOST_TEST(!parse_duration(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(calendar_dates_go_there_and_back) {
    for (const char* text : {"2026-01-01 00:00:00 UTC", "2028-02-29 12:34:56 UTC",
                             "1678-01-01 00:00:00 UTC", "2261-12-31 23:59:59 UTC"}) {
        const auto at = parse_calendar_date(text);
        BOOST_TEST_REQUIRE(at.has_value(), text);
        BOOST_TEST(calendar_date(*at) == text);
        BOOST_TEST(parse_calendar_date(internet_date(*at))->ns == at->ns);
    }
    BOOST_TEST(parse_calendar_date("2026-01-31")->ns ==
               parse_calendar_date("2026-01-31 00:00")->ns);
    for (const char* text :
         {"2026-02-29", "2026-13-01", "2026-1-1x", "tomorrow", "2026-01-01 25:00", "2262-04-12",
          "1677-09-20", "9999-12-31", "0000-01-01"})
        BOOST_TEST(!parse_calendar_date(text).has_value(), text);
}

// `date -u -d @N +%FT%TZ` says the same.
BOOST_AUTO_TEST_CASE(internet_dates) {
    BOOST_TEST(internet_date(Instant{}) == "1970-01-01T00:00:00Z");
    BOOST_TEST(internet_date(Instant{} + seconds(1785542399)) == "2026-07-31T23:59:59Z");
}

BOOST_AUTO_TEST_SUITE_END()
