// DKIM: RFC 6376. The last byte chooses: a mail that nobody signed, a key record that nobody
// published, or a signed mail that somebody changed.
#include "sim/mta/dkim.hpp"

#include "sim/core/text.hpp"
#include "sim/mta/dkim_text.hpp"
#include "sim/tls/certificate.hpp"
#include "tests/fuzz/input.hpp"

using namespace mta::dkim;

namespace {

struct Desk {
    core::Loop loop{core::world_begins};
    tls::Library library{loop, core::Chance(1)};
    tls::Mint mint{library};
    Signer signer{"alice.example", "tlsrpt", mint.signing_key("alice.example"), core::world_begins};
    std::string record = key_record(signer.key);
};

// Made once: an RSA key takes a while.
const Desk& desk() {
    static const Desk it;
    return it;
}

core::Result<std::string> verdict(std::string_view message, const std::string& record) {
    std::vector<std::string> asked;
    const std::vector<std::string> names = key_names(message);
    auto out = verify(message, [&](const std::string& name) {
        asked.push_back(name);
        return std::vector<std::string>{record};
    });
    ENSURE(names.size() <= 4 && asked.size() <= 4);
    for (const std::string& name : asked)
        ENSURE(std::find(names.begin(), names.end(), name) != names.end());
    if (out.ok()) {
        ENSURE(!asked.empty() && asked.back().ends_with("._domainkey." + out.value()));
    } else {
        ENSURE(out.failure().reason == core::Reason::report_invalid);
        ENSURE(out.failure().code == "5.7.20" && out.failure().detail.starts_with("DKIM: "));
    }
    return out;
}

// What the topmost signature covers, in its canonical form.
std::string covered(std::string_view message) {
    const Parts parts = parts_of(message);
    const auto tags = parse_tags(parts.fields[0].substr(parts.fields[0].find(':') + 1));
    ENSURE(tags && tags->contains("h"));
    return signed_fields(parts, items_of(tags->find("h")->second), Form::relaxed) + "\r\n" +
           canonical_body(parts.body, Form::relaxed);
}

// Who changes what was signed is found out; who changes what no form sees is not.
void check_changed(fuzz::Input input) {
    const std::size_t place = input.number(65535);
    const unsigned flip = input.byte();
    const std::string_view message = input.text();
    // Blanks in front would go on with the field that is put there.
    if (message.starts_with(' ') || message.starts_with('\t')) return;
    const std::string mail = sign(message, desk().signer);
    const auto as_signed = verdict(mail, desk().record);
    ENSURE(as_signed.ok() && as_signed.value() == "alice.example");
    std::string changed = mail;
    changed[place % changed.size()] ^= static_cast<char>(flip);
    const auto out = verdict(changed, desk().record);
    if (!out.ok()) return;
    ENSURE(out.value() == "alice.example");
    ENSURE(covered(changed) == covered(mail));
}

void check_text(std::string_view message) {
    const Parts parts = parts_of(message);
    for (const std::string_view field : parts.fields) {
        const std::string relaxed = canonical_field(field, Form::relaxed);
        ENSURE(canonical_field(relaxed, Form::relaxed) == relaxed);
        // Unfolded; in a name, where no blank may be, nothing is mended.
        ENSURE(relaxed.find("\r\n", relaxed.find(':')) == std::string::npos);
        ENSURE(canonical_field(field, Form::simple) == field);
        ENSURE(without_signature(field).size() <= field.size());
    }
    for (const Form form : {Form::simple, Form::relaxed}) {
        const std::string body = canonical_body(parts.body, form);
        ENSURE(canonical_body(body, form) == body);
        ENSURE(body.empty() || body.ends_with("\r\n"));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    switch (input.byte() % 3) {
        case 0:
            check_text(input.text());
            static_cast<void>(verdict(input.text(), desk().record));
            break;
        case 1: {
            static const std::string mail =
                sign("From: <tlsrpt@alice.example>\r\n\r\nReport.\r\n", desk().signer);
            static_cast<void>(verdict(mail, std::string(input.text())));
            break;
        }
        case 2: check_changed(input); break;
    }
    return 0;
}
