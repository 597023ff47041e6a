// RFC 3492, and as much of RFC 5891 as is done.
#include "sim/dns/idna.hpp"

#include <boost/test/unit_test.hpp>

using namespace dns;

BOOST_AUTO_TEST_SUITE(idna)

// RFC 3492 section 7.1, but with small letters where its annotation of case has large ones.
BOOST_AUTO_TEST_CASE(the_samples_of_the_rfc) {
    struct Row {
        std::u32string_view text;
        std::string_view code;
    };
    const Row rows[] = {
        {U"ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"},
        {U"他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"},
        {U"他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"},
        {U"Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"},
        {U"למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"},
        {U"यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"},
        {U"なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"},
        {U"세계의모든사람들이한국어를이해한다면얼마나좋을까",
         "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c"},
        {U"почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"},
        {U"PorquénopuedensimplementehablarenEspañol",
         "PorqunopuedensimplementehablarenEspaol-fmd56a"},
        {U"TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"},
        {U"3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"},
        {U"安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"},
        {U"Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"},
        {U"ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"},
        {U"MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"},
        {U"パフィーdeルンバ", "de-jg4avhby1noc0d"},
        {U"そのスピードで", "d9juau41awczczp"},
        {U"-> $1.00 <-", "-> $1.00 <--"},
    };
    for (const Row& row : rows) BOOST_TEST(punycode(row.text).value_or("nothing") == row.code);
    BOOST_TEST(punycode(U"").value_or("nothing") == "");
}

BOOST_AUTO_TEST_CASE(a_number_that_is_too_large) {
    std::u32string long_one(5000, U'a');
    long_one += char32_t{0x10FFFF};
    BOOST_TEST(!punycode(long_one).has_value());
}

BOOST_AUTO_TEST_CASE(names_and_their_a_labels) {
    struct Row {
        std::string_view name, with_a_labels;
    };
    const Row rows[] = {
        {"", ""},
        {"mx.bob.example", "mx.bob.example"},
        {"MX.Bob.example.", "MX.Bob.example."},
        {"*.bücher.example", "*.xn--bcher-kva.example"},
        {".bücher.example", ".xn--bcher-kva.example"},
        {"Bücher.example", "xn--bcher-kva.example"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"faß.example", "xn--fa-hia.example"},  // a letter of its own (RFC 5894 section 7.2)
        {"βόλος.example", "xn--nxasmm1c.example"},
        {"почта.пример", "xn--80a1acny.xn--e1afmkfd"},
        {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
        {"실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a"},
        {"žluťoučký-kůň.example", "xn--luouk-k-z2a6lsyxjlexh.example"},
        {"_25._tcp.mx.bücher.example", "_25._tcp.mx.xn--bcher-kva.example"},
    };
    for (const Row& row : rows) {
        const Result<std::string> got = with_a_labels(row.name);
        BOOST_TEST_REQUIRE(got.ok(), row.name);
        BOOST_TEST(got.value() == row.with_a_labels);
    }
}

BOOST_AUTO_TEST_CASE(names_that_are_none) {
    struct Row {
        std::string_view name, why;
    };
    const std::string unknown =
        ", which is no small, composed letter that is known here; write "
        "its A-label (xn--…)";
    const std::pair<std::string, std::string> letters[] = {
        {"BÜCHER.example", "the label 'BÜCHER' has U+00DC"},              // RFC 5892: a capital one
        {"bu\u0308cher.example", "the label 'bu\u0308cher' has U+0308"},  // not composed
        {"b×c.example", "the label 'b×c' has U+00D7"},
        {"ſ.example", "the label 'ſ' has U+017F"},
        {"ŀ.example", "the label 'ŀ' has U+0140"},
        {"l·l.example", "the label 'l·l' has U+00B7"},    // RFC 5892 appendix A.3
        {"שלום.example", "the label 'שלום' has U+05E9"},  // RFC 5893
        {"☕.example", "the label '☕' has U+2615"},
        {"bücher。example", "the label 'bücher。example' has U+3002"},
        {"bü cher.example", "the label 'bü cher' has U+0020"},
    };
    for (const auto& [name, why] : letters) {
        const Result<std::string> got = with_a_labels(name);
        BOOST_TEST_REQUIRE(!got.ok(), name);
        BOOST_TEST(got.failure().detail == why + unknown);
    }
    std::string long_name;
    for (int i = 0; i < 30; ++i) long_name += "日本";
    const Row rows[] = {
        {"b\xFC"
         "cher.example",
         "a label is not UTF-8"},
        {"\xC0\xAF.example", "a label is not UTF-8"},
        {"\xED\xA0\x80.example", "a label is not UTF-8"},
        {"\xF4\x90\x80\x80.example", "a label is not UTF-8"},
        {"\xC3", "a label is not UTF-8"},
        {"-ü.example",
         "the label '-ü' has a hyphen at an end, or two in the third and fourth place"},
        {"ü-.example",
         "the label 'ü-' has a hyphen at an end, or two in the third and fourth place"},
        {"xn--ü.example",
         "the label 'xn--ü' has a hyphen at an end, or two in the third and fourth place"},
    };
    for (const Row& row : rows) {
        const Result<std::string> got = with_a_labels(row.name);
        BOOST_TEST_REQUIRE(!got.ok(), row.name);
        BOOST_TEST(got.failure().detail == row.why);
    }
    BOOST_TEST(with_a_labels(long_name).failure().detail.ends_with("63 bytes as an A-label"));
}

BOOST_AUTO_TEST_SUITE_END()
