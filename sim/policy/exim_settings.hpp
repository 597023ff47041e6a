#pragma once
// What each option of Exim is here: the lists of options in the sources of Exim 4.96, and chapters
// 14 to 30 of its specification.
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace policy::exim {

struct SettingFacts {
    /// Where it may stand: in the main section, in any router or transport, in those of one driver.
    enum class Scope : std::uint8_t {
        main,
        router,
        dnslookup,
        manualroute,
        redirect,
        queryprogram,
        iplookup,
        transport,
        smtp,
        appendfile,
        autoreply,
        lmtp,
        pipe,
        queuefile,
        none,  ///< A driver without options of its own: accept, ipliteral.
    };
    enum class Class : std::uint8_t {
        played,
        harmless,   ///< It says something of TLS or of ways, and changes nothing of what is told.
        unrelated,  ///< It is about something else than TLS for outgoing mail.
        refused,    ///< It cannot be played but with one value.
    };
    std::string_view name;
    Class kind = Class::unrelated;
    bool boolean = false;    ///< It needs no value, and "no_" may stand before it.
    std::string_view value;  ///< Played: the default. Refused: the value that is played.
    std::string_view why;    ///< Refused: why no other is.
};
using Scope = SettingFacts::Scope;

/// Nothing: no such option stands in that place.
std::optional<SettingFacts> setting_facts(Scope scope, std::string_view name);
/// All that are not unrelated, for whoever mistook one.
std::vector<std::string_view> settings_of(Scope scope);
/// "smtp" and its like; nothing: Exim 4.96 has no such driver.
std::optional<Scope> router_driver(std::string_view word);
std::optional<Scope> transport_driver(std::string_view word);
/// "main": as lists of options have it.
std::optional<Scope> scope_of(std::string_view word);

}  // namespace policy::exim
