#include "sim/tls/library.hpp"

#include <ctime>

#include <mbedtls/platform.h>
#include <mbedtls/platform_time.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/version.h>
#include <psa/crypto.h>

namespace tls {
namespace {

// Mbed TLS's hooks have no argument for us: the world in use is found by the thread
// (docs/decisions/0003-tls.md).
thread_local Library* current_library = nullptr;
thread_local Chance* current_chance = nullptr;

mbedtls_time_t virtual_time(mbedtls_time_t* out) {
    ENSURE(current_library != nullptr);
    const std::int64_t seconds = current_library->loop().now().unix_seconds();
    const auto now = static_cast<mbedtls_time_t>(seconds);
    ENSURE(now == seconds);  // where a long has 32 bits it ends in 2038
    if (out != nullptr) *out = now;
    return now;
}

}  // namespace

std::string mbedtls_version() {
    char text[18] = "";  // mbedtls/version.h: at least nine bytes
    mbedtls_version_get_string(text);
    return text;
}

Library::Library(Loop& loop, const Chance& chance, Curves curves)
    : loop_(loop), chance_(chance), blinding_(chance.child("blinding")), curves_(curves) {
    Chance setup = chance.child("set-up");
    const Use use(*this, setup);
    mbedtls_platform_set_time(virtual_time);
    ENSURE(psa_crypto_init() == PSA_SUCCESS);
}

Library::Use::Use(Library& library, Chance& chance)
    : outer_library_(current_library), outer_chance_(current_chance) {
    current_library = &library;
    current_chance = &chance;
}

Library::Use::~Use() {
    current_library = outer_library_;
    current_chance = outer_chance_;
}

int Hooks::random(void*, unsigned char* out, std::size_t size) {
    ENSURE(current_chance != nullptr);
    current_chance->fill({out, size});
    return 0;
}

int Hooks::blinding(void*, unsigned char* out, std::size_t size) {
    ENSURE(current_library != nullptr);
    current_library->blinding_.fill({out, size});
    return 0;
}

Curves Hooks::curves() {
    return current_library != nullptr ? current_library->curves_ : Curves::stock;
}

}  // namespace tls

extern "C" {

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t*,
                                             std::uint8_t* out, std::size_t size,
                                             std::size_t* length) {
    tls::Hooks::random(nullptr, out, size);
    *length = size;
    return PSA_SUCCESS;
}

mbedtls_ms_time_t mbedtls_ms_time() {
    ENSURE(tls::current_library != nullptr);
    return tls::current_library->loop().now().ns / 1'000'000;
}

std::tm* mbedtls_platform_gmtime_r(const mbedtls_time_t* seconds, std::tm* out) {
    const core::CivilTime t = core::civil_time(*seconds);
    *out = {};
    out->tm_year = t.year - 1900;
    out->tm_mon = t.month - 1;
    out->tm_mday = t.day;
    out->tm_hour = t.hour;
    out->tm_min = t.minute;
    out->tm_sec = t.second;
    out->tm_wday = t.weekday;
    out->tm_yday = t.year_day;
    return out;
}
}
