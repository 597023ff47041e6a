#pragma once
// What each parameter of Postfix is here: postconf(5).
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace policy::postfix {

struct SettingFacts {
    std::string_view name;
    enum class Class : std::uint8_t {
        played,
        harmless,   ///< It says something of TLS, and changes nothing of what is told here.
        unrelated,  ///< It is about something else than TLS for outgoing mail.
        refused,    ///< It cannot be played but with one value.
    } kind;
    std::string_view value;  ///< Played: the default of 3.7. Refused: the value that is played.
    std::string_view why;    ///< Refused: why no other is.
};

/// Nothing: Postfix has no such parameter; an administrator's own name, or a mistake.
std::optional<SettingFacts> setting_facts(std::string_view name);
std::vector<std::string_view> played_settings();

}  // namespace policy::postfix
