// What worlds share of what is minted, and what not.
#include <boost/test/unit_test.hpp>

#include "sim/tls/certificate.hpp"
#include "tests/tls/lab.hpp"

using namespace core;

namespace {
using tls::CertificateWish;
}

BOOST_AUTO_TEST_SUITE(mint)

// A cache saves time and changes nothing; seeds do not see each other's keys in it.
BOOST_AUTO_TEST_CASE(a_cache_of_keys_changes_no_byte) {
    tls::KeyCache cache;
    const auto chain_of = [](std::uint64_t seed, tls::KeyCache* keys) {
        Lab lab(seed, tls::Curves::fast, keys);
        CertificateWish wish = lab.wish();
        wish.key = tls::KeyKind::rsa_1024;
        return tls::chain_der(*lab.mint.issue(wish));
    };
    const auto bare = chain_of(1, nullptr);
    BOOST_TEST((chain_of(1, &cache) == bare));
    const auto made = cache.keys;
    BOOST_TEST(made.size() == 2u);
    BOOST_TEST((chain_of(1, &cache) == bare));
    BOOST_TEST((cache.keys == made));
    BOOST_TEST((chain_of(2, &cache) != bare));
    BOOST_TEST((chain_of(2, nullptr) == chain_of(2, &cache)));
}

// Worlds of one origin have the same certificates and roots, those on P-256 in the same place.
BOOST_AUTO_TEST_CASE(worlds_of_one_origin_share_what_is_minted) {
    tls::KeyCache cache;
    const auto issued = [](std::uint64_t seed, tls::Curves curves, tls::KeyKind kind,
                           tls::KeyCache* keys) {
        Lab lab(seed, curves, keys);
        CertificateWish wish = lab.wish();
        wish.key = kind;
        return lab.mint.issue(wish);
    };
    for (const tls::KeyKind kind : {tls::KeyKind::ecdsa_p256, tls::KeyKind::rsa_1024}) {
        const auto first = issued(1, tls::Curves::fast, kind, &cache);
        const auto again = issued(1, tls::Curves::fast, kind, &cache);
        BOOST_TEST((first == again) == (kind == tls::KeyKind::ecdsa_p256));
        const auto chain = tls::chain_der(*first);
        BOOST_TEST((tls::chain_der(*again) == chain));
        BOOST_TEST((tls::chain_der(*issued(1, tls::Curves::fast, kind, nullptr)) == chain));
        BOOST_TEST((tls::chain_der(*issued(1, tls::Curves::stock, kind, &cache)) == chain));
        BOOST_TEST((issued(1, tls::Curves::stock, kind, &cache) != first));
        BOOST_TEST((tls::chain_der(*issued(2, tls::Curves::fast, kind, &cache)) != chain));
    }
    Lab lab(1, tls::Curves::fast, &cache), other(1, tls::Curves::fast, &cache);
    BOOST_TEST((lab.mint.trust({"Lab Root CA"}) == other.mint.trust({"Lab Root CA"})));
    const core::Chance chance(1);
    core::Loop later(core::world_begins + core::days(1));
    tls::Library library(later, chance.child("tls"));
    tls::Mint mint(library, 1, &cache);
    BOOST_TEST((mint.trust({"Lab Root CA"}) != lab.mint.trust({"Lab Root CA"})));
    BOOST_TEST((tls::roots_der(*mint.trust({"Lab Root CA"})) !=
                tls::roots_der(*lab.mint.trust({"Lab Root CA"}))));
}

// What many worlds have left is forgotten in time, and made again.
BOOST_AUTO_TEST_CASE(a_cache_does_not_grow_for_ever) {
    tls::KeyCache cache;
    const auto chain_of = [&](std::uint64_t seed) {
        Lab lab(seed, tls::Curves::fast, &cache);
        return tls::chain_der(*lab.mint.issue(lab.wish()));
    };
    Lab kept(1, tls::Curves::fast, &cache);
    const auto identity = kept.mint.issue(kept.wish());
    for (std::uint64_t seed = 2; seed < 600; ++seed) chain_of(seed);
    BOOST_TEST((kept.mint.issue(kept.wish()) == identity));
    Lab again(1, tls::Curves::fast, &cache);
    BOOST_TEST((again.mint.issue(again.wish()) != identity));
    BOOST_TEST((tls::chain_der(*again.mint.issue(again.wish())) == tls::chain_der(*identity)));
}

BOOST_AUTO_TEST_SUITE_END()
