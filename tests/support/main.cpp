// Runs a test program on the instruction set that LOCKSTEP_ISA names, and says so; exits with 77
// (skipped, to ctest) where this CPU lacks it.
#define CATCH_CONFIG_RUNNER
#include <lockstep/tests/support/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include <lockstep/engine/isa.hpp>

namespace {

constexpr int skipped = 77;

bool lacks_wanted_isa() {
    const char* wanted = std::getenv("LOCKSTEP_ISA");
    for (const lockstep::Isa isa : lockstep::built_isas) {
        if (wanted != nullptr && lockstep::name(isa) == wanted) return !lockstep::supported(isa);
    }
    return false;
}

}  // namespace

int main(int argc, char** argv) try {
    if (lacks_wanted_isa()) {
        std::printf("skipped: this CPU lacks %s\n", std::getenv("LOCKSTEP_ISA"));
        return skipped;
    }
    std::printf("[isa %s] %s\n", lockstep::name(lockstep::default_isa()).data(), argv[0]);
    std::fflush(stdout);
    return Catch::Session().run(argc, argv);
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
}
