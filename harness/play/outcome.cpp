#include "harness/play/outcome.hpp"

#include <algorithm>
#include <iterator>

namespace play {

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

std::vector<judge::MailVerdict> only(Mails which, const std::vector<judge::MailVerdict>& verdicts) {
    std::vector<judge::MailVerdict> out;
    std::copy_if(verdicts.begin(), verdicts.end(), std::back_inserter(out),
                 [which](const judge::MailVerdict& v) {
                     return (v.kind == judge::MailVerdict::Kind::submitted) ==
                            (which == Mails::submitted);
                 });
    return out;
}

}  // namespace play
