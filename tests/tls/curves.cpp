// The same seed gives the same bytes, whoever multiplies the points.
#include <boost/test/unit_test.hpp>

#include <set>

#include "tests/tls/lab.hpp"
#include "tests/tls/program.hpp"

using namespace core;
using tls::Curves;
using tls::Version;

namespace {

// Without libcrypto the two are one, and comparing them would say nothing.
boost::test_tools::assertion_result fast_built_in(boost::unit_test::test_unit_id) {
    return tls::fast_curves_built_in();
}
const auto needs_fast = boost::unit_test::precondition(fast_built_in);

std::string from_hex(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    return out;
}

std::string secrets(const Lab& lab) {
    std::string out;
    for (const trace::SecretMade& e : lab.events<trace::SecretMade>())
        out += std::string(e.label) + " " + std::string(e.secret) + "\n";
    return out;
}

/// All that a session puts on the wire, and all that it keeps secret.
struct Told {
    std::string chain, client, server, secrets;
    bool operator==(const Told&) const = default;
};
// `keys` may be empty: then each key is made here, by the curves in question.
Told told(std::uint64_t seed, Curves curves, Version version, tls::KeyKind kind,
          tls::KeyCache* keys) {
    Lab lab(seed, curves, keys);
    tls::CertificateWish wish = lab.wish();
    wish.key = kind;
    tls::Settings client = lab.client();
    client.highest = version;
    Session s(lab, lab.server(wish), std::move(client));
    BOOST_TEST_REQUIRE(s.shake_hands());
    BOOST_TEST(s.client.peer().trusted);
    s.client.write("Eleven million.");
    s.server.write("250 2.0.0 ok");
    s.client.finish();
    s.server.finish();
    lab.settle();
    std::string chain;
    for (const std::string& der : tls::chain_der(*lab.mint.issue(wish))) chain += der;
    return {chain, s.wire.client.written(), s.wire.server.written(), secrets(lab)};
}

// RFC 5915: a key on P-256 of which nothing but the scalar is given.
std::string key_of(std::string_view scalar) {
    return from_hex("30310201010420") + from_hex(scalar) + from_hex("a00a06082a8648ce3d030107");
}

// X25519 under a number that nobody knows (RFC 8446 section 4.2.7): in the list of groups, and in
// the client's share.
std::string without_x25519(std::string hello) {
    for (const std::string& place :
         {std::string("\x00\x1D\x00\x17", 4), std::string("\x00\x1D\x00\x20", 4)}) {
        const std::size_t at = hello.find(place);
        BOOST_TEST_REQUIRE(at != std::string::npos);
        hello.replace(at, 2, "\xEA\xEA");
    }
    return hello;
}

// The handshake secrets of a client that is shown `share` by the server in the place of its own,
// which stands behind `header`. They are made of the shared point, before the client can notice.
std::string secrets_with_share(Curves curves, const std::string& header, const std::string& share,
                               std::string& outcome) {
    const bool p256 = share.size() == 64;
    Lab lab(1, curves);
    Session s(lab);
    s.wire.client.trouble.hold = s.wire.server.trouble.hold = true;
    s.server_run.emplace(lab.loop, s.server.handshake());
    s.client_run.emplace(lab.loop, s.client.handshake());
    lab.settle();
    std::size_t before = 0;
    const std::string hello = s.wire.client.written();
    s.wire.server.arrive(p256 ? without_x25519(hello) : hello);
    lab.settle();
    if (p256) {  // a HelloRetryRequest, and another hello
        before = s.wire.server.written().size();
        s.wire.client.arrive(s.wire.server.written());
        lab.settle();
        s.wire.server.arrive(s.wire.client.written().substr(hello.size()));
        lab.settle();
    }
    std::string answer = s.wire.server.written().substr(before);
    const std::size_t at = answer.find(header);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    answer.replace(at + header.size(), share.size(), share);
    BOOST_TEST(secrets(lab) == "");
    s.wire.client.arrive(answer);
    lab.settle();
    outcome = s.client_run->words();
    return secrets(lab);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(curves)

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bytes) {
    for (const Version version : {Version::tls12, Version::tls13}) {
        const auto play = [&](std::uint64_t seed) {
            return told(seed, Curves::fast, version, tls::KeyKind::ecdsa_p256, nullptr);
        };
        const Told one = play(1), other = play(2);
        BOOST_TEST((play(1) == one));
        BOOST_TEST((other.chain != one.chain));
        BOOST_TEST((other.client != one.client));
        BOOST_TEST((other.server != one.server));
        BOOST_TEST((other.secrets != one.secrets));
    }
}

// Worlds that take turns on one thread do not draw from each other, nor read each other's clock.
BOOST_AUTO_TEST_CASE(worlds_that_take_turns_do_not_meet) {
    const auto bytes = [](const Session& s) {
        return s.wire.client.written() + s.wire.server.written();
    };
    Lab alone(1);
    Session lonely(alone);
    BOOST_TEST_REQUIRE(lonely.shake_hands());
    Lab one(1), late(1);
    late.loop.run_until(world_begins + days(1000));
    Session here(one), there(late);
    for (Session* s : {&here, &there}) {
        s->server_run.emplace(s->lab.loop, s->server.handshake());
        s->client_run.emplace(s->lab.loop, s->client.handshake());
    }
    for (bool more = true; more;) {
        const bool in_one = one.loop.step();
        const bool in_late = late.loop.step();
        more = in_one || in_late;
    }
    BOOST_TEST((bytes(here) == bytes(lonely)));
    BOOST_TEST(!here.client.peer().expired);
    BOOST_TEST(there.client.peer().expired);
}

// Asking for more certificates changes no byte of a session.
BOOST_AUTO_TEST_CASE(what_else_is_minted_does_not_matter) {
    const auto bytes = [](bool more) {
        Lab lab;
        tls::CertificateWish other = lab.wish();
        other.owner = "mx.eve.example";
        if (more) lab.mint.issue(other);
        Session s(lab);
        if (more) lab.mint.trust({"Eve's CA"});
        BOOST_TEST_REQUIRE(s.shake_hands());
        return s.wire.client.written() + s.wire.server.written();
    };
    BOOST_TEST((bytes(false) == bytes(true)));
}

BOOST_AUTO_TEST_CASE(both_curves_give_the_same_bytes, *needs_fast) {
    for (const Version version : {Version::tls12, Version::tls13})
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            const auto play = [&](Curves curves) {
                return told(seed, curves, version, tls::KeyKind::ecdsa_p256, nullptr);
            };
            BOOST_TEST((play(Curves::fast) == play(Curves::stock)), "seed " << seed);
        }
    const auto play = [](Curves curves) {
        return told(1, curves, Version::tls13, tls::KeyKind::rsa_1024, nullptr);
    };
    BOOST_TEST((play(Curves::fast) == play(Curves::stock)));
}

// RSA of the size that mails are signed with; the check is Mbed TLS's own in both.
BOOST_AUTO_TEST_CASE(both_sign_mails_alike, *needs_fast) {
    Lab fast(1, Curves::fast), stock(1, Curves::stock);
    const tls::SigningKey key = fast.mint.signing_key("alice.example");
    const tls::SigningKey same = stock.mint.signing_key("alice.example");
    std::set<std::string> all;
    for (const std::string& text :
         {std::string(), std::string("Eleven million."), std::string(10'000, '\xFF')}) {
        const std::string signature = key.sign_sha256(text);
        BOOST_TEST((signature == same.sign_sha256(text)));
        BOOST_TEST((tls::verify_sha256(key.public_key_der(), text, signature) ==
                    tls::SignatureCheck::right));
        BOOST_TEST(all.insert(signature).second);
    }
}

// Scalars at the ends of their range, and keys that are the base point and its mirror: they sign,
// they are verified, and openssl finds the same public key and a good signature.
BOOST_AUTO_TEST_CASE(keys_at_the_edge_sign_and_are_verified, *needs_fast) {
    const char* const scalars[] = {
        "0000000000000000000000000000000000000000000000000000000000000001",
        "0000000000000000000000000000000000000000000000000000000000000002",
        "0000000000000000000000000000000000000000000000000000000100000000",
        "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8",  // (n - 1) / 2
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f",  // n - 2
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",  // n - 1
    };
    const Folder folder;
    for (const char* scalar : scalars) {
        for (const Version version : {Version::tls12, Version::tls13}) {
            tls::KeyCache cache;
            cache.keys[{1, "key 0 mx.bob.example"}] = key_of(scalar);
            cache.keys[{1, "key 0 CA Lab Root CA"}] = key_of(scalar);
            const auto play = [&](Curves curves) {
                tls::KeyCache copy = cache;
                return told(1, curves, version, tls::KeyKind::ecdsa_p256, &copy);
            };
            BOOST_TEST((play(Curves::fast) == play(Curves::stock)), scalar);
        }
        tls::KeyCache cache;
        cache.keys[{1, "key 0 mx.bob.example"}] = key_of(scalar);
        cache.keys[{1, "key 0 CA Lab Root CA"}] = key_of(scalar);
        Lab lab(1, Curves::fast, &cache);
        const auto chain = tls::chain_der(*lab.mint.issue(lab.wish()));
        const std::string leaf = folder.file("leaf.pem", tls::pem(chain[0]));
        const std::string root = folder.file("root.pem", tls::pem(chain[1]));
        const std::string key = folder.file("key.der", key_of(scalar));
        BOOST_TEST(openssl(folder, "x509 -noout -pubkey -in " + leaf).text ==
                   openssl(folder, "pkey -inform DER -pubout -in " + key).text);
        const Answer answer =
            openssl(folder, "verify -no-CApath -no-CAstore -check_ss_sig -attime " +
                                std::to_string(world_begins.unix_seconds()) + " -CAfile " + root +
                                " " + leaf);
        BOOST_TEST(answer.status == 0, answer.text);
    }
}

// RFC 7748 section 6.1, RFC 8446 section 7.4.2: a share that makes the secret zero is refused; all
// others are taken, in each spelling.
BOOST_AUTO_TEST_CASE(odd_x25519_shares_are_judged_the_same, *needs_fast) {
    struct Row {
        const char* share;
        bool refused;
    };
    const Row rows[] = {
        {"0900000000000000000000000000000000000000000000000000000000000000", false},
        {"0200000000000000000000000000000000000000000000000000000000000000", false},
        // The bit that RFC 7748 section 5 masks.
        {"0900000000000000000000000000000000000000000000000000000000000080", false},
        // p + 9: not in its shortest form.
        {"f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
        {"0000000000000000000000000000000000000000000000000000000000000000", true},
        {"0100000000000000000000000000000000000000000000000000000000000000", true},
        {"0000000000000000000000000000000000000000000000000000000000000080", true},
        // Order 8.
        {"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", true},
        {"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157", true},
        {"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", true},  // p - 1
        {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", true},  // p
        {"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", true},  // p + 1
    };
    const std::string group("\x00\x33\x00\x24\x00\x1D\x00\x20", 8);
    std::set<std::string> all;
    for (const Row& row : rows) {
        std::string fast_words, stock_words;
        const std::string share = from_hex(row.share);
        const std::string fast = secrets_with_share(Curves::fast, group, share, fast_words);
        const std::string stock = secrets_with_share(Curves::stock, group, share, stock_words);
        BOOST_TEST(fast == stock, row.share);
        BOOST_TEST(fast_words == stock_words, row.share);
        BOOST_TEST(fast_words.starts_with("TLS handshake failed: "), fast_words);
        BOOST_TEST(fast.empty() == row.refused, row.share << ": " << fast_words);
        if (!row.refused) BOOST_TEST(all.insert(fast).second);
    }
}

// A server that is told that the client has no X25519 asks for P-256 (RFC 8446 section 4.1.4). The
// client makes its secrets of the point that it is shown: the base point, its mirror, another, and
// one that is on no curve.
BOOST_AUTO_TEST_CASE(odd_p256_shares_are_judged_the_same, *needs_fast) {
    const std::string gx = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    const std::string gy = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    const std::string minus_gy = "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a";
    const std::string twice_gx = "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978";
    const std::string twice_gy = "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1";
    const std::string zero(64, '0');
    struct Row {
        std::string share;
        bool refused;
    };
    const Row rows[] = {{gx + gy, false},
                        {gx + minus_gy, false},
                        {twice_gx + twice_gy, false},
                        {gx + twice_gy, true},
                        {zero + zero, true},
                        {gx + zero, true},
                        {std::string(128, 'f'), true}};
    const std::string group("\x00\x33\x00\x45\x00\x17\x00\x41\x04", 9);
    std::set<std::string> all;
    for (const Row& row : rows) {
        std::string fast_words, stock_words;
        const std::string share = from_hex(row.share);
        const std::string fast = secrets_with_share(Curves::fast, group, share, fast_words);
        const std::string stock = secrets_with_share(Curves::stock, group, share, stock_words);
        BOOST_TEST(fast == stock, row.share);
        BOOST_TEST(fast_words == stock_words, row.share);
        BOOST_TEST(fast_words.starts_with("TLS handshake failed: "), fast_words);
        BOOST_TEST(fast.empty() == row.refused, row.share << ": " << fast_words);
        if (!row.refused) BOOST_TEST(all.insert(fast).second);
    }
}

BOOST_AUTO_TEST_SUITE_END()
