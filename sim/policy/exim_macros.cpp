#include "sim/policy/exim_macros.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "sim/core/text.hpp"
#include "sim/policy/exim_lines.hpp"
#include "sim/policy/exim_settings.hpp"
#include "sim/policy/grammar.hpp"

namespace policy::exim {
namespace {

constexpr std::size_t most_macros = 1000;
constexpr std::size_t longest_name = 63;           // EXIM_DRIVERNAME_MAX
constexpr std::size_t longest_expanded = 1 << 20;  // Exim knows no limit; text that doubles does.
constexpr std::size_t most_work = std::size_t{1} << 29;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_name_character(char c) { return is_letter_or_digit(c) || c == '_'; }

std::size_t name_length(std::string_view text) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), is_name_character);
    return static_cast<std::size_t>(end - text.begin());
}

// Where the name of a macro may begin.
std::size_t first_candidate(std::string_view text, std::size_t from) {
    for (std::size_t at = from; at < text.size(); ++at)
        if (is_upper(text[at]) ||
            (text[at] == '_' && at + 1 < text.size() && is_upper(text[at + 1])))
            return at;
    return text.npos;
}

// What Debian's exim4-daemon-light was built with.
bool was_built_in(std::string_view name) {
    static const std::set<std::string_view> known{"_HAVE_CRYPTEQ",
                                                  "_HAVE_ICONV",
                                                  "_HAVE_IPV6",
                                                  "_HAVE_TLS",
                                                  "_HAVE_GNUTLS",
                                                  "_HAVE_MOVE_FROZEN_MESSAGES",
                                                  "_HAVE_DKIM",
                                                  "_HAVE_DNSSEC",
                                                  "_HAVE_EVENT",
                                                  "_HAVE_I18N",
                                                  "_HAVE_OCSP",
                                                  "_HAVE_PIPE_CONNECT",
                                                  "_HAVE_PRDR",
                                                  "_HAVE_PROXY",
                                                  "_HAVE_SOCKS",
                                                  "_HAVE_TCP_FASTOPEN",
                                                  "_HAVE_DANE",
                                                  "_HAVE_TLS_RESUME",
                                                  "_HAVE_LOOKUP_LSEARCH",
                                                  "_HAVE_LOOKUP_CDB",
                                                  "_HAVE_LOOKUP_DBM",
                                                  "_HAVE_LOOKUP_DNSDB",
                                                  "_HAVE_LOOKUP_DSEARCH",
                                                  "_HAVE_LOOKUP_NIS",
                                                  "_HAVE_LOOKUP_PASSWD",
                                                  "_HAVE_TLS_ALPN",
                                                  "_HAVE_TLS_CA_CACHE",
                                                  "_HAVE_TLS_OCSP_LIST",
                                                  "_HAVE_TLS1_3",
                                                  "_HAVE_NATIVE_SRS",
                                                  "_HAVE_SRS",
                                                  "_HAVE_TRANSPORT_APPEND_MAILDIR",
                                                  "_HAVE_TRANSPORT_APPEND_MAILSTORE"};
    return known.contains(name);
}

// "_OPT_MAIN_TLS_CERTIFICATE", "_OPT_TRANSPORT_SMTP_PORT", "_DRIVER_TRANSPORT_SMTP".
bool is_predefined(std::string_view name) {
    if (was_built_in(name)) return true;
    const std::string word = core::lower(name);
    std::string_view left = word;
    const auto drop = [&left](std::string_view prefix) {
        if (!left.starts_with(prefix)) return false;
        left.remove_prefix(prefix.size());
        return true;
    };
    if (drop("_driver_router_")) return router_driver(left).has_value();
    if (drop("_driver_transport_")) return transport_driver(left).has_value();
    if (drop("_opt_main_")) return setting_facts(Scope::main, left).has_value();
    if (drop("_opt_routers_")) return setting_facts(Scope::router, left).has_value();
    if (drop("_opt_transports_")) return setting_facts(Scope::transport, left).has_value();
    if (!drop("_opt_router_") && !drop("_opt_transport_")) return false;
    const std::string_view driver = left.substr(0, left.find('_'));
    const auto scope = scope_of(driver);
    return scope && driver.size() < left.size() &&
           setting_facts(*scope, left.substr(driver.size() + 1)).has_value();
}

// Each is worth "y".
std::string with_predefined(std::string_view text, std::size_t from, bool& found) {
    std::string out(text.substr(0, from));
    for (std::size_t at = from; at < text.size();) {
        const bool may_be = text[at] == '_' && at + 1 < text.size() && is_upper(text[at + 1]) &&
                            (at == 0 || !is_name_character(text[at - 1]));
        const std::size_t length = may_be ? name_length(text.substr(at)) : 1;
        const bool is = may_be && is_predefined(text.substr(at, length));
        out += is ? std::string_view("y") : text.substr(at, length);
        found = found || is;
        at += length;
    }
    return out;
}

}  // namespace

bool defines_macro(std::string_view line) {
    if (line.empty() || !is_upper(line.front())) return false;
    line.remove_prefix(name_length(line));
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    return line.starts_with('=');
}

bool Macros::replace(std::string& text, std::size_t from, const Macro& macro) {
    std::size_t at = text.find(macro.name, from);
    if (at == text.npos) return false;
    std::string out = text.substr(0, at);
    while (at != text.npos) {
        const std::size_t behind = at + macro.name.size();
        const std::size_t next = text.find(macro.name, behind);
        out += macro.text;
        out += std::string_view(text).substr(behind, next == text.npos ? next : next - behind);
        if (out.size() > longest_expanded) {
            exhausted_ = true;
            return true;
        }
        at = next;
    }
    text = std::move(out);
    return true;
}

std::string Macros::expanded(std::string_view text, bool begins, bool& found) {
    found = false;
    std::string out(text);
    std::size_t from = begins && defines_macro(text) ? text.find('=') : 0;
    from = first_candidate(out, from);
    if (from == out.npos || exhausted_) return out;
    if (out[from] == '_') out = with_predefined(out, from, found);
    for (const Macro& macro : all_) {
        work_ += out.size();
        if (work_ > most_work) exhausted_ = true;
        if (exhausted_) return out;
        if (replace(out, from, macro)) found = true;
    }
    return out;
}

// macro_read_assignment() of readconf.c.
std::string Macros::define(std::string_view line) {
    const std::string name(line.substr(0, name_length(line)));
    line = without_blanks(line.substr(name.size()));
    line.remove_prefix(1);
    const bool again = line.starts_with('=');
    if (again) line.remove_prefix(1);
    const std::string_view text = without_blanks(line);
    if (name.size() > longest_name)
        return fmt::format("a macro's name has {} characters at most", longest_name);
    for (Macro& macro : all_) {
        if (macro.name == name) {
            if (!again)
                return fmt::format("the macro {} is defined already: == defines it anew", name);
            macro.text = text;
            return {};
        }
        if (name.find(macro.name) != name.npos)
            return fmt::format(
                "{} cannot be a macro: the name of the macro {}, which is defined "
                "already, is a part of it",
                name, macro.name);
    }
    if (again) return fmt::format("the macro {} is not defined: = defines it", name);
    if (all_.size() >= most_macros)
        return fmt::format("more than {} macros are not read", most_macros);
    all_.push_back({name, std::string(text)});
    return {};
}

}  // namespace policy::exim
