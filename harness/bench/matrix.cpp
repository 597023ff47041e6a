// Cells of a matrix a second: each a world of its own, from Lua to the verdict.
#include "harness/many/matrix.hpp"

#include <fstream>

#include "harness/bench/measure.hpp"
#include "harness/bench/temporary.hpp"
#include "harness/bench/town.hpp"
#include "harness/files/disk.hpp"

namespace bench {
namespace {

constexpr const char* scenario = R"(
local states = {
  good       = {},
  no_tls     = { starttls = "absent" },
  alert      = { starttls = "alerts" },
  untrusted  = { certificate = signed_by "Unknown CA" {} },
  refused    = { listens = false },
  dane       = { certificate = self_signed {},
                 tlsa = { { usage = 3, selector = 1, matching = 1, of = "leaf" } } },
}
matrix("bench", {
  rows    = { state = states },
  columns = { level = { "none", "may", "encrypt", "verify", "secure", "dane" } },
  play    = function(state, level)
    local tlsa = state.tlsa
    receiver "mx.bob.example" { starttls = state.starttls, certificate = state.certificate,
                                listens = state.listens }
    domain "bob.example" { signed = "yes", tlsa = tlsa }
    local alice = sender "mail.alice.example" { tls = level }
    return alice:sends { to = "bob@bob.example" }
  end,
})
)";

}  // namespace

std::vector<Measure> measure_matrix(Effort effort) {
    const Temporary folder;
    const std::string file = folder.file("matrix.lua");
    std::ofstream(file) << scenario;
    const script::MatrixListing listing = script::list_matrices(file, 1, files::disk());
    ENSURE(listing.matrices.size() == 1);
    many::MatrixPlan plan;
    plan.entry = listing.matrices[0];
    plan.terms = files::disk();
    std::size_t cells = 0;
    Town town(Tls::offered, tls::Curves::fast);
    constexpr int exchanges = 36;
    const Pair pair = by_turns(
        effort == Effort::quick ? 3 : 9,
        [&] {
            const many::Matrix played = many::play_matrix(plan, [](std::size_t, std::size_t) {});
            ENSURE(played.mistakes.empty());
            cells = played.table.rows.size();
        },
        [&] {
            for (int i = 0; i < exchanges; ++i) {
                town.send_mail();
                town.deliver();
            }
        });
    const double cell = pair.ours / static_cast<double>(cells);
    const double exchange = pair.theirs / exchanges;
    return {{"matrix", 1 / cell, "1/s",
             Measure::Reference{"one whole mail exchange over TLS in a world that stands already",
                                1 / exchange},
             cell / exchange,
             "cells of a matrix with three attempts each: a world of its own, one process"}};
}

}  // namespace bench
