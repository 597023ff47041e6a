// gzip, as reports are packed: RFC 1952. The last two bytes say how much may come out.
#include "sim/mta/gzip.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::size_t largest = input.number(65535);
    const auto out = mta::gunzip(input.text(), largest);
    if (out.ok()) {
        ENSURE(out.value().size() <= largest);
        const auto again = mta::gunzip(mta::gzip(out.value()), largest);
        ENSURE(again.ok() && again.value() == out.value());
    } else {
        ENSURE(out.failure().reason == core::Reason::report_invalid);
        ENSURE(out.failure().detail.size() < 100);
    }
    const std::string packed = mta::gzip(input.text());
    const auto back = mta::gunzip(packed, input.text().size());
    ENSURE(back.ok() && back.value() == input.text());
    if (!input.text().empty()) ENSURE(!mta::gunzip(packed, input.text().size() - 1).ok());
    // Cut short, it is none.
    ENSURE(!mta::gunzip(packed.substr(0, largest % packed.size()), 65536).ok());
    return 0;
}
