// HTTP/1.1 messages: RFC 9112, and what Python's http.client makes of the good ones.
#include "sim/https/message.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "tests/smtp/vectors.hpp"

using namespace https;

namespace {

constexpr std::size_t largest = 1000;

std::vector<Case> table(const std::string& file) { return cases_of("../https/" + file); }

std::string bytes_of(const std::string& left) {
    std::string out;
    const auto lines = split(left, " | ");
    for (std::size_t i = 0; i < lines.size(); ++i)
        out += (i > 0 ? "\r\n" : "") + unescaped(lines[i]);
    return out;
}

std::string told(const Response& r) {
    return fmt::format("{} [{}] [{}]", r.status, r.phrase, r.body);
}
std::string told(const Request& r) { return fmt::format("{} {} [{}]", r.method, r.target, r.body); }

template <class T>
std::string told(const Result<std::optional<T>>& result) {
    if (!result.ok()) {
        BOOST_TEST((result.failure().reason == Reason::sts_policy_fetch_error));
        return "bad " + result.failure().detail;
    }
    return result.value() ? told(*result.value()) : "more";
}

std::string response(std::string_view bytes, End end) {
    return told(read_response(bytes, end, largest));
}
std::string request(std::string_view bytes, End end) {
    return told(read_request(bytes, end, largest));
}

bool fits(const std::string& got, const std::string& wanted) {
    if (!wanted.starts_with("bad ")) return got == wanted;
    return got.starts_with("bad ") && got.find(wanted.substr(4)) != std::string::npos;
}

using Reader = std::string (*)(std::string_view, End);

// Both ends as written; and byte by byte: what is complete or bad is so from then on.
void check(const Case& c, Reader read) {
    const std::string bytes = bytes_of(c.left);
    const auto wanted = split(c.right, " ; ");
    BOOST_TEST_REQUIRE(wanted.size() == 2u, c.where);
    const std::string open = read(bytes, End::open);
    const std::string ended = read(bytes, End::ended);
    BOOST_TEST(fits(open, unescaped(wanted[0])), c.where << ": open: " << escaped(open));
    BOOST_TEST(fits(ended, unescaped(wanted[1])), c.where << ": ended: " << escaped(ended));
    const std::size_t step = bytes.size() > 3000 ? 97 : 1;
    for (std::size_t size = 0; size < bytes.size(); size += step) {
        const std::string early = read(std::string_view(bytes).substr(0, size), End::open);
        if (early == "more") continue;
        const bool same = early.starts_with("bad ") ? open.starts_with("bad ") : early == open;
        BOOST_TEST(same, c.where << ": after " << size << " bytes: " << escaped(early));
        break;
    }
}

constexpr const char* reader = R"(
import http.client, io, sys
class Wire:
    def __init__(self, data): self.data = data
    def makefile(self, mode): return io.BytesIO(self.data)
for line in open(sys.argv[1]):
    r = http.client.HTTPResponse(Wire(bytes.fromhex(line)))
    r.begin()
    print(r.status, '[' + r.reason.encode('latin-1').hex() + ']', '[' + r.read().hex() + ']')
)";

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

std::string as_python_reads(const std::string& lines) {
    char folder[] = "/tmp/mailtls-https-XXXXXX";
    BOOST_TEST_REQUIRE(mkdtemp(folder) != nullptr);
    const std::string base = folder;
    std::ofstream(base + "/bytes") << lines;
    std::ofstream(base + "/read.py") << reader;
    const std::string command = std::string(MAILTLS_PYTHON) + " " + base + "/read.py " + base +
                                "/bytes > " + base + "/out 2>&1";
    const int status = std::system(command.c_str());
    std::ifstream in(base + "/out");
    std::ostringstream text;
    text << in.rdbuf();
    for (const char* file : {"/bytes", "/read.py", "/out"}) std::remove((base + file).c_str());
    std::remove(folder);
    BOOST_TEST(status == 0, text.str());
    return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(message)

BOOST_AUTO_TEST_CASE(responses_are_read_or_refused) {
    for (const Case& c : table("responses.txt")) check(c, response);
}

BOOST_AUTO_TEST_CASE(requests_are_read_or_refused) {
    for (const Case& c : table("requests.txt")) check(c, request);
}

// Every good response, by another reader.
BOOST_AUTO_TEST_CASE(python_reads_the_same) {
    std::string bytes, expected;
    for (const Case& c : table("responses.txt")) {
        const auto got = read_response(bytes_of(c.left), End::ended, largest);
        if (!got.ok()) continue;
        BOOST_TEST_REQUIRE(got.value().has_value(), c.where);
        const Response& r = *got.value();
        bytes += hex(bytes_of(c.left)) + "\n";
        expected += fmt::format("{} [{}] [{}]\n", r.status, hex(r.phrase), hex(r.body));
    }
    BOOST_TEST(expected.size() > 1000);
    BOOST_TEST(as_python_reads(bytes) == expected);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again) {
    Response out;
    out.status = 503;
    out.phrase = "Service Unavailable";
    out.fields["content-type"] = "Text/Plain; charset=utf-8";
    out.body = "a\r\n\r\nb";
    const auto back = read_response(encode(out), End::open, largest);
    BOOST_TEST_REQUIRE((back.ok() && back.value()));
    BOOST_TEST(told(*back.value()) == "503 [Service Unavailable] [a\r\n\r\nb]");
    BOOST_TEST(back.value()->media_type() == "text/plain");
    BOOST_TEST(back.value()->fields.at("content-length") == "6");

    Request asked;
    asked.method = "POST";
    asked.target = "/reports";
    asked.fields["host"] = "bob.example";
    asked.body = "hello";
    const auto again = read_request(encode(asked), End::open, largest);
    BOOST_TEST_REQUIRE((again.ok() && again.value()));
    BOOST_TEST(told(*again.value()) == "POST /reports [hello]");
    BOOST_TEST(again.value()->fields.at("host") == "bob.example");
}

// STS-09: parameters do not count, nor does case.
BOOST_AUTO_TEST_CASE(the_media_type_stands_before_its_parameters) {
    const std::pair<const char*, const char*> cases[] = {
        {"text/plain", "text/plain"},
        {"TEXT/Plain", "text/plain"},
        {"text/plain;charset=utf-8", "text/plain"},
        {" text/plain ; charset=utf-8", "text/plain"},
        {"text/plainer", "text/plainer"},
        {"text/html; a=text/plain", "text/html"},
        {"", ""},
    };
    for (const auto& [value, type] : cases) {
        Response r;
        r.fields["content-type"] = value;
        BOOST_TEST(r.media_type() == type, value);
    }
    BOOST_TEST(Response().media_type().empty());
}

BOOST_AUTO_TEST_SUITE_END()
