#pragma once
#include <string_view>

namespace script {

/// Texts that are built into the program: the Lua half of the language (harness/script/*.lua), and
/// the list of behaviours with that of those that are out of scope (harness/report/*.csv), what
/// pages of the HTML report are made of (harness/report/page/), the files of a new project
/// (harness/starter/), and the fixed half of shell completions (harness/completion/).
namespace sources {
extern const std::string_view mtas, vocabulary, things, kinds, prelude, certificates, attack,
    network, expect, policies, company, company_words, sandbox, reference, meta, standards,
    out_of_scope, explanations, page_dom, page_model, page_bytes, page_wire, page_share,
    page_scenario, page_suite, page_main, page_style, starter_first, starter_watcher,
    starter_workflow, starter_luarc, starter_gitignore, starter_options, completion_bash,
    completion_zsh, completion_fish;
}

/// Names of all primitives, ended by a null pointer.
const char* const* primitive_names();

}  // namespace script
