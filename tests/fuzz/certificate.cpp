// A certificate as any peer may show it: taken apart, no byte is left out or told twice, and what
// is said of it is the same each time.
#include "sim/core/printable.hpp"
#include "sim/tls/dissect_parts.hpp"
#include "sim/tls/library.hpp"
#include "sim/tls/name_constraints.hpp"
#include "tests/fuzz/input.hpp"

using tls::Field;

namespace {

// Fields stand in order and fill what they are parts of.
void check_filled(const std::vector<Field>& fields, std::size_t from, std::size_t to) {
    for (const Field& field : fields) {
        ENSURE(field.id.starts_with("x509.") || field.id.starts_with("tls.certificate"));
        ENSURE(field.offset == from && field.length <= to - from);
        ENSURE(core::printable(field.value) == field.value);
        if (!field.parts.empty()) check_filled(field.parts, from, from + field.length);
        from += field.length;
    }
    ENSURE(from == to);
}

std::vector<Field> taken_apart(std::string_view der) {
    core::Loop loop{core::world_begins};
    const tls::Library library(loop, core::Chance(1));  // Mbed TLS reads certificates with it
    std::vector<Field> out;
    tls::FieldReader in(der, 0, out, tls::ids);
    tls::dissect_certificate(in);
    return out;
}

// What is read as constraints is written and read again as the same.
void check_constraints(std::string_view der) {
    const tls::NameConstraints read = tls::parse_name_constraints(der);
    const bool empty = read.permitted.empty() && read.excluded.empty();
    if (!read.readable || empty) return;
    const tls::NameConstraints again = tls::parse_name_constraints(tls::name_constraints_der(read));
    ENSURE(again.readable && again.permitted == read.permitted && again.excluded == read.excluded);
    for (const tls::GeneralName& name : read.excluded) (void)tls::allows(read, name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view der = fuzz::Input(data, size).text();
    const std::vector<Field> fields = taken_apart(der);
    check_filled(fields, 0, der.size());
    const std::vector<Field> again = taken_apart(der);
    check_constraints(der);
    ENSURE(fields.size() == again.size() && fields.front().value == again.front().value);
    return 0;
}
