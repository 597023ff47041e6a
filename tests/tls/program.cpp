#include "tests/tls/program.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

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
