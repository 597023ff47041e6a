#include <cstdio>
#include <string>

#include "harness/main/command.hpp"
#include "harness/main/commit.hpp"
#include "sim/tls/library.hpp"

namespace program {

namespace {

const Registered version_row{
    170, [](Commands& all) {
        Command command =
            all.add("version",
                    "Prints the version, the commit it was built from, and what is built in.\n\n"
                    "  mailtls version\n"
                    "  mailtls --version");
        command.runs([] {
            const std::string built_from = commit.empty() ? "" : ", commit " + std::string(commit);
            std::printf(
                "mailtls %s%s\nMbed TLS %s, elliptic curves: %s\nscenario language 1, "
                "mailtls.results/1, mailtls.trace/2, mailtls.bench/1, mailtls.baseline/1, "
                "mailtls.sweep/1\n",
                MAILTLS_VERSION, built_from.c_str(), tls::mbedtls_version().c_str(),
                tls::fast_curves_built_in() ? "libcrypto (fast)" : "stock");
            return static_cast<int>(all_passed);
        });
    }};

}  // namespace

}  // namespace program
