// Every environment passes lockstep::testing, and those that break the contract do not.

#include <algorithm>
#include <string>
#include <vector>

#include <lockstep/testing.hpp>

#include "engine/environments/config.hpp"

#include "engine/environments/registry.hpp"
#include "tests/support/catch.hpp"

namespace lockstep {
namespace {

bool is_faulty(const std::string& id) { return id.starts_with("Faulty"); }

std::string joined(const std::vector<std::string>& faults) {
    std::string text;
    for (const std::string& fault : faults) text += "\n" + fault;
    return text;
}

void check_found(const std::string& id, const std::string& words) {
    const std::string found = joined(testing::check_environment(id));
    CAPTURE(id, words, found);
    CHECK(found.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("every environment keeps the contract", "[conformance]") {
    int checked = 0;
    for (const EnvironmentEntry& entry : environments()) {
        const std::string id = entry.id.id;
        if (is_faulty(id)) continue;
        CAPTURE(id);
        CHECK(joined(testing::check_environment(id)) == "");
        ++checked;
    }
    CHECK(checked > 20);
}

TEST_CASE("a contract that is broken is found so", "[conformance]") {
    check_found("FaultyNeighbor-v0", "an environment alone is not what it is among others");
    check_found("FaultyBeyond-v0", "its space is -1 to 1.5");
    check_found("FaultyGreedy-v0", "a reset draws 65 numbers");
}

}  // namespace lockstep
