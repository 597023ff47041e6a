// TXT records at _mta-sts.DOMAIN, one a line: RFC 8461 section 3.1.
#include "sim/policy/mta_sts.hpp"
#include "tests/fuzz/input.hpp"

using policy::mta_sts::discover;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<std::string> texts = fuzz::split(fuzz::Input(data, size).text(), "\n");
    const auto found = discover(texts);
    ENSURE(found.id.empty() != found.why.empty());
    const auto begins = std::count_if(texts.begin(), texts.end(), [](const std::string& text) {
        constexpr std::string_view version = "v=STSv1";  // white space may stand before ";"
        if (!text.starts_with(version)) return false;
        const std::size_t next = text.find_first_not_of(" \t", version.size());
        return next != std::string::npos && text[next] == ';';
    });
    if (begins != 1) ENSURE(found.id.empty());
    if (found.id.empty()) return 0;
    ENSURE(fuzz::all(found.id, fuzz::is_alphanumeric) && found.id.size() <= 32);
    ENSURE(discover({"v=STSv1; id=" + found.id + ";"}).id == found.id);
    // Two of them are none (STS-02), and a stranger beside it is none of its business.
    std::vector<std::string> more = texts;
    more.push_back("v=spf1 -all");
    ENSURE(discover(more).id == found.id);
    more.push_back("v=STSv1; id=1;");
    ENSURE(discover(more).id.empty());
    return 0;
}
