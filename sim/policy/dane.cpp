#include "sim/policy/dane.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace policy {

bool is_usable(const TlsaRecord& r) {
    return (r.usage == 2 || r.usage == 3) && r.selector <= 1 && r.matching <= 2;
}

bool is_well_formed(const TlsaRecord& r) {
    if (r.matching == 1) return r.data.size() == 32;
    if (r.matching == 2) return r.data.size() == 64;
    return !r.data.empty() && r.readable;
}

std::vector<TlsaRecord> strongest(const std::vector<TlsaRecord>& records) {
    const auto beaten = [&](const TlsaRecord& r) {
        return r.matching == 1 &&
               std::any_of(records.begin(), records.end(), [&](const TlsaRecord& o) {
                   return o.usage == r.usage && o.selector == r.selector && o.matching == 2;
               });
    };
    std::vector<TlsaRecord> out;
    for (const TlsaRecord& r : records)
        if (!beaten(r)) out.push_back(r);
    return out;
}

bool matches(const TlsaRecord& r, const ShownCertificate& shown) {
    const bool whole = r.selector == 0;
    switch (r.matching) {
        case 0: return r.data == (whole ? shown.certificate : shown.key);
        case 1: return r.data == (whole ? shown.certificate_sha256 : shown.key_sha256);
        case 2: return r.data == (whole ? shown.certificate_sha512 : shown.key_sha512);
        default: return false;
    }
}

std::string parameters(const TlsaRecord& r) {
    return fmt::format("{} {} {}", r.usage, r.selector, r.matching);
}

}  // namespace policy
