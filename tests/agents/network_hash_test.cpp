// Learners with networks give the recorded bits on every instruction set.

#include "tests/agents/network_hash.hpp"
#include "tests/support/catch.hpp"

namespace lockstep::test {

TEST_CASE("what networks learn is written down", "[network]") {
    for (const NetworkRun& run : network_runs) {
        CAPTURE(run.name);
        CHECK(run.hash(default_isa()) == run.expected);
    }
}

}  // namespace lockstep::test
