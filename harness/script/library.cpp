#include "harness/script/library.hpp"

namespace script {
namespace {

class Nothing : public Library {
    core::Result<std::string> read(const std::string&) const override {
        return core::Failure(core::Reason::none, "there are no files here");
    }
    core::Result<std::string> read_beside(const std::string&,
                                          const std::string& name) const override {
        return core::Failure(core::Reason::none, name + ": there are no files here");
    }
};

}  // namespace

const Library& no_library() {
    static const Nothing nothing;
    return nothing;
}

}  // namespace script
