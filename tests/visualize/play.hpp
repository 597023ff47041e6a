#pragma once
// A scenario of the gallery, played.
#include <boost/test/unit_test.hpp>

#include <string>

#include "harness/files/disk.hpp"
#include "harness/script/file.hpp"
#include "harness/script/stage.hpp"
#include "sim/world.hpp"

struct Play {
    explicit Play(const std::string& file, const std::string& title)
        : performance(script::play(std::string(MAILTLS_ROOT) + "/scenarios/" + file, title, 1,
                                   files::disk())) {
        BOOST_TEST_REQUIRE(performance.stage->playing());
    }
    const trace::Trace& trace() const { return performance.stage->world().trace(); }
    script::Performance performance;
};
