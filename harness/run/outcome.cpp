#include "harness/run/outcome.hpp"

#include <algorithm>
#include <iterator>

namespace run {

std::string_view word(Status status) {
    switch (status) {
        case Status::passed: return "passed";
        case Status::failed: return "failed";
        case Status::broken: return "broken";
    }
    return "broken";
}

bool is_bad(const Outcome& o) {
    return o.status != Status::passed || !o.deterministic || !o.wrote_files || !o.bugs.empty();
}

std::vector<MailVerdict> only(Mails which, const std::vector<MailVerdict>& verdicts) {
    std::vector<MailVerdict> out;
    std::copy_if(verdicts.begin(), verdicts.end(), std::back_inserter(out),
                 [which](const MailVerdict& v) {
                     return (v.kind == MailVerdict::Kind::submitted) == (which == Mails::submitted);
                 });
    return out;
}

}  // namespace run
