// The path to the keys of a session, as a picture.
#include "visualize/keys.hpp"

#include <algorithm>

#include "sim/core/field_reader.hpp"
#include "sim/tls/negotiation.hpp"
#include "tests/python.hpp"
#include "tests/visualize/play.hpp"
#include "tests/visualize/xml.hpp"
#include "visualize/graphviz.hpp"
#include "visualize/svg.hpp"

using namespace visualize;
using tls::KeyStep;
using tls::Negotiation;

namespace {

struct Scene {
    const char *file, *title;
    std::uint32_t connection;
    const char* told;  ///< By the description.
    std::vector<const char*> drawn;
};
const Scene scenes[] = {
    {"watchers/eavesdropping.lua",
     "with TLSv1.3 Eve sees who talks to whom, and no word of the mail",
     0,
     "eve saw all that was sent, and knows none of the 26 secrets. ",
     {"client share", "shared secret", "handshake secret", "client application traffic secret",
      "resumption master secret", "no way", "known to mail.alice.example alone"}},
    {"watchers/eavesdropping.lua",
     "with TLSv1.2 Eve sees who talks to whom, and no word of the mail",
     0,
     "eve saw all that was sent, and knows none of the 11 secrets. ",
     {"premaster secret", "extended", "key block", "no way"}},
    {"watchers/stolen_keys.lua",
     "TLS_RSA_WITH_AES_128_GCM_SHA256: recorded in winter, opened in spring",
     0,
     "with it 10 of the 10 secrets are open. ",
     {"stolen", "opens", "known to mx.bob.example alone, and eve", "known to both ends, and eve"}},
    {"watchers/stolen_keys.lua",
     "who did not record the session in which a ticket was given opens none that go on from it",
     2,
     "goes on with the session of connection 1. eve saw all that was sent, and knows none",
     {"no way", "master secret of the earlier session"}},
    {"watchers/stolen_keys.lua",
     "senders offer RSA key exchange by default, and take it last",
     2,
     "with it 10 of the 10 secrets are open. ",
     {"stolen"}},
    {"watchers/stolen_keys.lua",
     "ephemeral key exchange with the same key: what was recorded stays shut",
     2,
     "is of no use here: no secret was sealed for it. ",
     {"no way"}},
    {"watchers/stolen_keys.lua",
     "sessions that go on from one with RSA key exchange are opened with it",
     2,
     "goes on with the session of connection 1. eve knows the master secret",
     {"master secret of the earlier session", "opens"}},
    {"tls/resumption.lua",
     "TLSv1.3: later mails go on with the session of the first",
     2,
     "goes on with the session of connection 1",
     {"PSK of the ticket", "binder, as it was sent", "early secret"}},
    {"attacks/impersonation.lua",
     "Mallory shows a certificate of his own making, level may: he reads the mail",
     0,
     "mail.alice.example to mallory, connection ",
     {"known to mallory alone", "mallory has a session of its own with mx.bob.example"}},
};

// Python's own HMAC and openssl's ECDH and RSA make each step of the ones before it again, and name
// those that come out otherwise; in the end they say how many they made.
constexpr const char* again_by_others = R"PY(
import hashlib, hmac, os, subprocess, sys, tempfile

lines = open(sys.argv[1]).read().splitlines()
openssl, H = lines[0].split()
steps = [line.split("|") for line in lines[1:]]
value = [bytes.fromhex(step[3]) for step in steps]
name = [step[0] for step in steps]
zeros = bytes(hashlib.new(H).digest_size)


def mac(key, data):
    return hmac.new(key, data, H).digest()


def expand(secret, label, context, size):  # RFC 8446 section 7.1
    label = b"tls13 " + label
    info = size.to_bytes(2, "big") + bytes([len(label)]) + label + bytes([len(context)]) + context
    return mac(secret, info + b"\1")[:size]


def prf(secret, seed, size):  # RFC 5246 section 5
    out, a = b"", seed
    while len(out) < size:
        a = mac(secret, a)
        out += mac(secret, a + seed)
    return out[:size]


def by_openssl(arguments, files):
    with tempfile.TemporaryDirectory() as folder:
        for file, data in files.items():
            open(os.path.join(folder, file), "wb").write(data)
        run = subprocess.run([openssl] + arguments, cwd=folder, stdout=subprocess.PIPE, check=True)
        return run.stdout


def x25519(private, share):  # RFC 8410
    command = "pkeyutl -derive -inkey own -keyform DER -peerkey its -peerform DER"
    return by_openssl(command.split(), {
        "own": bytes.fromhex("302e020100300506032b656e04220420") + private,
        "its": bytes.fromhex("302a300506032b656e032100") + share})


def made(i):
    _, how, label, _, given = steps[i]
    label = label.encode()
    given = [int(n) for n in given.split()]
    inputs = [value[n] for n in given]
    size = len(value[i])
    if how == "HKDF-Extract":
        if name[i] == "early secret":
            return mac(zeros, inputs[0] if inputs else zeros)
        return mac(inputs[0], inputs[1] if len(inputs) > 1 else zeros)
    if how == "HKDF-Expand-Label" and inputs:
        nothing = hashlib.new(H, b"").digest() if label in (b"derived", b"res binder") else b""
        return expand(inputs[0], label, inputs[1] if len(inputs) > 1 else nothing, size)
    if how == "PRF" and len(inputs) > 1:
        return prf(inputs[0], label + b"".join(inputs[1:]), size)
    if how == "ECDH":
        first, second = x25519(inputs[0], inputs[1]), x25519(inputs[2], inputs[3])
        return first if first == second else b""
    if how == "RSA" and inputs[1]:
        return by_openssl("pkeyutl -decrypt -inkey own -keyform DER -in sealed".split(),
                          {"own": inputs[1], "sealed": inputs[0]})
    return None


count = 0
for i in range(len(steps)):
    out = made(i)
    if out is None:
        continue
    count += 1
    if out != value[i]:
        print(name[i])
print(count)
)PY";

std::string as_input(const Negotiation& one) {
    const std::string hash = one.suite.find("SHA384") != std::string::npos ? "sha384" : "sha256";
    std::string out = std::string(MAILTLS_OPENSSL) + " " + hash + "\n";
    for (const KeyStep& step : one.steps) {
        out += step.name + "|" + std::string(step.how) + "|" + std::string(step.label) + "|" +
               core::hex_text(step.value, step.value.size()) + "|";
        for (const std::size_t from : step.from) out += std::to_string(from) + " ";
        out += "\n";
    }
    return out;
}

struct Shown {
    explicit Shown(const Scene& scene)
        : play(scene.file, scene.title),
          drawn(keys_of(play.trace(), 1, "f.lua::" + std::string(scene.title),
                        trace::ConnectionId{scene.connection})
                    .value()) {}
    Play play;
    Drawn drawn;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(keys)

BOOST_AUTO_TEST_CASE(it_shows_who_knows_which_secret) {
    for (const Scene& scene : scenes) {
        BOOST_TEST_CONTEXT(scene.title) {
            const Shown shown(scene), again(scene);
            BOOST_TEST(shown.drawn.dot == again.drawn.dot);
            BOOST_TEST(shown.drawn.caption.title == scene.title);
            const std::string& said = shown.drawn.caption.description;
            BOOST_TEST(said.find(scene.told) != std::string::npos, scene.told << " in " << said);
            for (const char* const words : scene.drawn)
                BOOST_TEST(shown.drawn.dot.find(words) != std::string::npos, words);
            const std::string svg = render(shown.drawn.dot, "svg", Layout::found);
            BOOST_TEST(!svg.empty());
            BOOST_TEST(xml_complaints(accessible(svg, shown.drawn.caption)) == "");
        }
    }
}

// Each value, but the key of a certificate that nobody stole; and what is proven is.
BOOST_AUTO_TEST_CASE(with_the_seed_all_of_the_path_is_known_and_what_mbed_tls_told_is_met) {
    for (const Scene& scene : scenes) {
        const Shown shown(scene);
        const auto all = tls::negotiations_of(shown.play.trace(), 1);
        BOOST_TEST(!all.empty());
        for (const Negotiation& one : all) {
            BOOST_TEST(one.finished, scene.title);
            std::size_t proofs = 0;
            for (const KeyStep& step : one.steps) {
                BOOST_TEST((!step.value.empty() || step.id == "tls.keys.certificate_key"),
                           scene.title << ": " << step.name);
                if (step.id == "tls.keys.verify_data" || step.id == "tls.keys.binder") {
                    BOOST_TEST(step.confirmed, scene.title << ": " << step.name);
                    ++proofs;
                }
            }
            BOOST_TEST(proofs >= 2u);
        }
    }
}

BOOST_AUTO_TEST_CASE(python_and_openssl_make_the_same_of_it) {
    std::string counts;
    for (const std::size_t i : {0u, 1u, 2u, 7u}) {
        const Shown shown(scenes[i]);
        for (const Negotiation& one : tls::negotiations_of(shown.play.trace(), 1))
            if (static_cast<std::uint32_t>(one.connection) == std::max(scenes[i].connection, 1u))
                counts += python(again_by_others, as_input(one));
    }
    // All but what was sent or drawn, the hashes, what is cut out of the block and the proofs.
    BOOST_TEST(counts == "22\n3\n3\n23\n");
}

BOOST_AUTO_TEST_CASE(without_the_seed_what_never_leaves_the_hosts_is_not_shown) {
    const Play play(scenes[0].file, scenes[0].title);
    for (const Negotiation& one : tls::negotiations_of(play.trace(), std::nullopt)) {
        for (const KeyStep& step : one.steps) {
            const bool secret =
                step.id == "tls.keys.client_private" || step.id == "tls.keys.server_private" ||
                step.id == "tls.keys.shared_secret" || step.id == "tls.keys.handshake_secret" ||
                step.id == "tls.keys.master_secret13" ||
                step.id == "tls.keys.resumption_master_secret";
            if (secret) BOOST_TEST(step.value.empty(), step.name);
            if (step.id == "tls.keys.write_key") BOOST_TEST(!step.value.empty());
        }
    }
    const Drawn drawn = keys_of(play.trace(), std::nullopt, "t").value();
    BOOST_TEST(drawn.dot.find("never leaves the two hosts") != std::string::npos);
    BOOST_TEST(drawn.dot.find("never leaves the host") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(titles_are_data) {
    const Play play(scenes[0].file, scenes[0].title);
    for (const char* const title : {"<b>\"]]> --> & \\N", "\xff\xfe"}) {
        const Drawn drawn = keys_of(play.trace(), 1, title).value();
        const std::string svg = accessible(render(drawn.dot, "svg", Layout::found), drawn.caption);
        BOOST_TEST(xml_complaints(svg) == "");
        BOOST_TEST(svg.find("<title>shared secret: ") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_run_without_tls_says_so) {
    const Play play("watchers/eavesdropping.lua", "without TLS Eve reads everything");
    const Drawn drawn = keys_of(play.trace(), 1, "t").value();
    BOOST_TEST(drawn.caption.description ==
               "No server answered a TLS handshake in this run: no key was negotiated.");
    BOOST_TEST(!render(drawn.dot, "svg", Layout::found).empty());
    BOOST_TEST(!keys_of(play.trace(), 1, "t", trace::ConnectionId{1}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
