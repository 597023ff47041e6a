// mailtls sweep-faults: its table, the case it repeats, its samples.
#include <boost/test/unit_test.hpp>

#include "tests/harness/program.hpp"

namespace {

constexpr const char* one = R"lua(
scenario("one", function()
  local alice = sender "mail.alice.example" { tls = "encrypt" }
  receiver "mx.bob.example" {}
  local mail = alice:sends { to = "bob@bob.example" }
  expect(mail).finally "delivered"
end)
)lua";

Folder& stocked(Folder& folder) {
    folder.write("one.lua", one);
    return folder;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_sweep)

BOOST_AUTO_TEST_CASE(every_kind_at_every_segment) {
    Folder folder;
    const Said said = mailtls(stocked(folder), "sweep-faults one.lua");
    BOOST_TEST(said.code == 0, said.out + said.err);
    BOOST_TEST(said.err == "");
    BOOST_TEST(said.out.starts_with("kind        cases  as before      later  otherwise      "
                                    "twice     broken\ncut "),
               said.out);
    for (const char* const kind : {"\nreset ", "\ndelay ", "\ndrop ", "\nflip "})
        BOOST_TEST(has(said.out, kind), said.out);
    BOOST_TEST(said.out.ends_with(" cases of 1 scenario\n"), said.out);
    const Said again = mailtls(folder, "sweep-faults one.lua::one -j 2");
    BOOST_TEST(again.out == said.out);
}

BOOST_AUTO_TEST_CASE(a_sample_is_drawn_by_the_seed) {
    Folder folder;
    const Said said = mailtls(stocked(folder), "sweep-faults one.lua --sample 3 --bytes");
    BOOST_TEST(said.code == 0, said.out + said.err);
    BOOST_TEST(has(said.out, "\n15 cases of 1 scenario\n"), said.out);
    BOOST_TEST(mailtls(folder, "sweep-faults one.lua --sample 3 --bytes").out == said.out);
}

BOOST_AUTO_TEST_CASE(one_case_is_told_as_a_conversation) {
    Folder folder;
    const Said said = mailtls(stocked(folder), "sweep-faults one.lua::one --kind cut --at 1:4");
    BOOST_TEST(said.code == 0, said.out + said.err);
    BOOST_TEST(has(said.out, "EHLO mail.alice.example"), said.out);
    BOOST_TEST(said.out.ends_with("\n--kind cut --at 1:4: later\n"), said.out);
}

BOOST_AUTO_TEST_SUITE_END()
