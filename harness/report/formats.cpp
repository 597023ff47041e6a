#include "harness/report/formats.hpp"

#include "harness/report/junit.hpp"
#include "harness/report/tap.hpp"
#include "harness/suite/results_json.hpp"

namespace report {

std::span<const Format> formats() {
    static constexpr Format all[] = {
        {"html", "report.html",
         "Write the report: one file with a page for each scenario, to be opened from disk",
         nullptr},
        {"junit", "junit.xml", "Write results as JUnit's XML to this file",
         [](const Results& r) { return junit_xml(r.outcomes); }},
        {"junit-plain", "junit-plain.xml",
         "The same with no more than Jenkins' schema for JUnit has",
         [](const Results& r) { return plain_junit_xml(r.outcomes); }},
        {"tap", "results.tap", "Write results as TAP 14 to this file",
         [](const Results& r) { return tap(r.outcomes); }},
        {"json", "results.json", "Write results (schema mailtls.results/1) to this file",
         [](const Results& r) { return suite::results_json(r.outcomes, r.seed, r.part); }},
    };
    return all;
}

}  // namespace report
