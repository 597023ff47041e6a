#include <cstdio>

#include "harness/main/command.hpp"

namespace program {

void add_version(Commands& all) {
    Command command = all.add("version",
                              "Prints the version and what is built in.\n\n"
                              "  mailtls version\n"
                              "  mailtls --version");
    command.runs([] {
        std::printf(
            "mailtls %s\nMbed TLS %s, elliptic curves: %s\nscenario language 1, "
            "mailtls.results/1, mailtls.trace/2, mailtls.bench/1, mailtls.baseline/1, "
            "mailtls.sweep/1\n",
            MAILTLS_VERSION, tls::mbedtls_version().c_str(),
            tls::fast_curves_built_in() ? "libcrypto (fast)" : "stock");
        return static_cast<int>(all_passed);
    });
}

}  // namespace program
