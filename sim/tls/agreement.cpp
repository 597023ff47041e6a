#include "sim/tls/agreement.hpp"

#include <mbedtls/ecp.h>

namespace tls {
namespace {

// How far behind an end's random its other numbers are looked for, in draws of eight bytes: session
// id, and key shares of a second ClientHello lie between.
constexpr int farthest = 64;

const unsigned char* as_octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// A curve, and a pair of keys on it.
struct CurvePair {
    explicit CurvePair(std::uint64_t number) {
        mbedtls_ecp_group_init(&group);
        mbedtls_mpi_init(&secret);
        mbedtls_ecp_point_init(&point);
        const mbedtls_ecp_curve_info* const info =
            number > 0xFFFF
                ? nullptr
                : mbedtls_ecp_curve_info_from_tls_id(static_cast<std::uint16_t>(number));
        known = info != nullptr && mbedtls_ecp_group_load(&group, info->grp_id) == 0;
    }
    CurvePair(const CurvePair&) = delete;
    ~CurvePair() {
        mbedtls_ecp_group_free(&group);
        mbedtls_mpi_free(&secret);
        mbedtls_ecp_point_free(&point);
    }
    // RFC 7748 section 5 writes numbers from their last byte on.
    bool from_the_end() const {
        return mbedtls_ecp_get_type(&group) == MBEDTLS_ECP_TYPE_MONTGOMERY;
    }
    std::string text(const mbedtls_mpi& number) const {
        std::string out((group.pbits + 7) / 8, '\0');
        auto* const at = reinterpret_cast<unsigned char*>(out.data());
        const int bad = from_the_end() ? mbedtls_mpi_write_binary_le(&number, at, out.size())
                                       : mbedtls_mpi_write_binary(&number, at, out.size());
        return bad == 0 ? out : std::string();
    }
    mbedtls_ecp_group group;
    mbedtls_mpi secret;
    mbedtls_ecp_point point;
    bool known = false;
};

int draw_from(void* stream, unsigned char* out, std::size_t size) {
    static_cast<Chance*>(stream)->fill({out, size});
    return 0;
}

// Behind what of `random` was drawn: in TLS 1.2 it may begin with the time, and end with a mark
// (RFC 8446 section 4.1.3). Where nothing was, at the beginning.
Chance behind(const Chance& stream, std::string_view random) {
    Chance at = stream, out = stream;
    for (int i = 0; i < farthest; ++i) {
        std::string drawn(8, '\0');
        draw_from(&at, reinterpret_cast<unsigned char*>(drawn.data()), drawn.size());
        if (random.find(drawn) != std::string_view::npos) out = at;
    }
    return out;
}

// Is it the secret of `share`? Then the pair has it.
bool fits(CurvePair& pair, Chance stream, std::string_view share) {
    std::string sent(share.size(), '\0');
    std::size_t size = 0;
    return mbedtls_ecp_gen_privkey(&pair.group, &pair.secret, draw_from, &stream) == 0 &&
           mbedtls_ecp_mul(&pair.group, &pair.point, &pair.secret, &pair.group.G, Hooks::blinding,
                           nullptr) == 0 &&
           mbedtls_ecp_point_write_binary(&pair.group, &pair.point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                          &size, reinterpret_cast<unsigned char*>(sent.data()),
                                          sent.size()) == 0 &&
           size == share.size() && sent == share;
}

}  // namespace

std::string drawn_private_key(Library& library, Chance stream, std::string_view random,
                              std::uint64_t group, std::string_view share) {
    Chance none(0);
    const Library::Use use(library, none);
    CurvePair pair(group);
    if (!pair.known || share.empty()) return {};
    Chance at = behind(stream, random);
    for (int i = 0; i < farthest; ++i, at.next())
        if (fits(pair, at, share)) return pair.text(pair.secret);
    return {};
}

std::string agreed_secret(Library& library, std::uint64_t group, std::string_view private_key,
                          std::string_view share) {
    Chance none(0);
    const Library::Use use(library, none);
    CurvePair pair(group);
    if (!pair.known || private_key.empty()) return {};
    const auto* const key = as_octets(private_key);
    const int bad = pair.from_the_end()
                        ? mbedtls_mpi_read_binary_le(&pair.secret, key, private_key.size())
                        : mbedtls_mpi_read_binary(&pair.secret, key, private_key.size());
    if (bad != 0 ||
        mbedtls_ecp_point_read_binary(&pair.group, &pair.point, as_octets(share), share.size()) !=
            0 ||
        mbedtls_ecp_check_pubkey(&pair.group, &pair.point) != 0 ||
        mbedtls_ecp_mul(&pair.group, &pair.point, &pair.secret, &pair.point, Hooks::blinding,
                        nullptr) != 0)
        return {};
    return pair.text(pair.point.MBEDTLS_PRIVATE(X));
}

std::string drawn_premaster(Chance stream, std::string_view random, std::string_view version,
                            const std::function<bool(const std::string& premaster)>& is_right) {
    constexpr std::size_t random_part = 46;  // RFC 5246 section 7.4.7.1
    Chance at = behind(stream, random);
    for (int i = 0; i < farthest; ++i, at.next()) {
        std::string premaster(version);
        premaster.resize(version.size() + random_part);
        Chance from = at;
        draw_from(&from, reinterpret_cast<unsigned char*>(premaster.data()) + version.size(),
                  random_part);
        if (is_right(premaster)) return premaster;
    }
    return {};
}

}  // namespace tls
