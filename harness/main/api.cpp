#include <cstdio>
#include <memory>

#include "harness/main/command.hpp"
#include "harness/script/file.hpp"

namespace program {
namespace {

struct ApiOptions {
    bool flaws = false, meta = false;
};

const Registered api_row{
    110, [](Commands& all) {
        Command command = all.add("api",
                                  "Prints the scenario language as a reference page (Markdown).\n\n"
                                  "  mailtls api > language.md\n"
                                  "  mailtls api --meta > mailtls.lua");
        auto o = std::make_shared<ApiOptions>();
        const Option flaws =
            command.flag("--flaws", o->flaws, "Only the flaws that a gateway can have, one a line");
        command
            .flag("--meta", o->meta,
                  "The language as annotations for editors (LuaCATS, lua-language-server)")
            .excludes(flaws);
        command.runs([o] {
            if (o->flaws)
                for (const std::string& flaw : script::known_flaws()) std::puts(flaw.c_str());
            else if (o->meta)
                std::fputs(script::editor_annotations().c_str(), stdout);
            else
                std::fputs(script::language_reference().c_str(), stdout);
            return static_cast<int>(all_passed);
        });
    }};

}  // namespace

}  // namespace program
