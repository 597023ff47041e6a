#pragma once
// What a host is in its company, by its name: mail.DOMAIN, scanner.DOMAIN, store.DOMAIN,
// USER.DOMAIN.
#include <cstdint>
#include <string_view>

namespace visualize {

enum class Member : std::uint8_t { workstation, gateway, scanner, store };
/// Of the host called `title`, which ends with the name of its company.
Member member(std::string_view title, std::string_view company);
/// "mail gateway".
std::string_view word(Member member);
/// "gateways".
std::string_view plural(Member member);

}  // namespace visualize
