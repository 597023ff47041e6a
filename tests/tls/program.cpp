#include "tests/tls/program.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/tls/certificate.hpp"

Folder::Folder() {
    char folder[] = "/tmp/mailtls-tls-XXXXXX";
    BOOST_TEST_REQUIRE(mkdtemp(folder) != nullptr);
    path_ = folder;
}
Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::file(const std::string& name, std::string_view bytes) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
    return path_ + "/" + name;
}

std::string Folder::read(const std::string& name) const {
    std::ifstream in(path_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

namespace {

// The machine's own settings must not have a say: neither its language nor its home.
Answer run(const Folder& folder, const std::string& program, const std::string& arguments) {
    const std::string command = "HOME=" + folder.name("home") + " LC_ALL=C.UTF-8 TZ=UTC " +
                                program + " " + arguments + " > " + folder.name("out") + " 2>&1";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, folder.read("out")};
}

}  // namespace

Answer openssl(const Folder& folder, const std::string& arguments) {
    return run(folder, MAILTLS_OPENSSL, arguments);
}
Answer tshark(const Folder& folder, const std::string& arguments) {
    return run(folder, MAILTLS_TSHARK, arguments);
}

// Security level 1 and a depth of ten, as Postfix verifies (smtp_tls_scert_verifydepth and one):
// SHA-1 is too weak for it, RSA of 1024 bits is not.
std::string openssl_errors(const std::vector<std::string>& chain, std::string_view root,
                           core::Instant when) {
    const Folder folder;
    std::string untrusted;
    for (std::size_t i = 1; i < chain.size(); ++i) untrusted += tls::pem(chain[i]);
    const std::string rest =
        untrusted.empty() ? "" : " -untrusted " + folder.file("rest.pem", untrusted);
    const Answer answer = openssl(
        folder,
        "verify -no-CApath -no-CAstore -auth_level 1 -verify_depth 10 -purpose sslserver -attime " +
            std::to_string(when.unix_seconds()) + " -CAfile " +
            folder.file("root.pem", tls::pem(root)) + rest + " " +
            folder.file("leaf.pem", tls::pem(chain[0])));
    std::string out;
    constexpr std::string_view word = "error ";
    for (std::size_t at = answer.text.find(word); at != std::string::npos;
         at = answer.text.find(word, at)) {
        at += word.size();
        const std::size_t end = answer.text.find(" at ", at);
        if (end == std::string::npos || end - at > 3) continue;
        out += (out.empty() ? "" : " ") + answer.text.substr(at, end - at);
    }
    const bool good = answer.status == 0 && answer.says(": OK");
    BOOST_TEST(good == out.empty(), answer.text);
    return out;
}
