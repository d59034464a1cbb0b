// Part of every program that ctest runs once per instruction set: proves that this set really ran.

#include <cstdlib>
#include <string>

#include <lockstep/vector_env.hpp>

#include "engine/environments/config.hpp"
#include "tests/support/catch.hpp"

namespace lockstep {

TEST_CASE("the instruction set that LOCKSTEP_ISA names is the one that runs", "[isa]") {
    const char* wanted = std::getenv("LOCKSTEP_ISA");
    const std::string expected = wanted != nullptr ? wanted : std::string(name(default_isa()));
    const Isa isa = make<float>("CartPole-v1", 1).isa();
    CHECK(name(isa) == expected);
    CHECK(make<double>("CartPole-v1", 1).isa() == isa);
    for (const EnvironmentEntry& entry : environments()) {
        CAPTURE(entry.id.id);
        CHECK(entry.tables.by_isa[isa].isa == expected);
    }
}

}  // namespace lockstep
