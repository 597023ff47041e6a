// Plays the scenarios of the files and folders given, and says of each mail who read it.
#include <cstdio>

#include <mailtls/harness.hpp>

int main(int argc, char** argv) {
    const mailtls::Listing listing = mailtls::list({argv + 1, argv + argc});
    for (const mailtls::Problem& problem : listing.problems)
        std::fprintf(stderr, "%s:%d: %s\n", problem.file.c_str(), problem.line,
                     problem.message.c_str());
    bool all_well = listing.problems.empty();
    for (const mailtls::Scenario& scenario : listing.scenarios) {
        const mailtls::Result result = mailtls::play(scenario);
        const bool passed = result.status == mailtls::Status::passed && result.bugs.empty();
        all_well = all_well && passed;
        std::printf("%s %s\n", passed ? "ok    " : "not ok", scenario.id().c_str());
        if (result.problem)
            std::printf("       line %d: %s\n", result.problem->line,
                        result.problem->message.c_str());
        for (const mailtls::Mail& mail : result.mails) {
            std::printf("       to %s: %s, crossed %s", mail.to.c_str(), mail.fate.c_str(),
                        mail.crossed.c_str());
            for (const std::string& reader : mail.read_by)
                std::printf(", read by %s", reader.c_str());
            std::puts("");
        }
    }
    return all_well ? 0 : 1;
}
