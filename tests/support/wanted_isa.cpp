// Before main: prints the instruction set of a test program, or exits with 77 (skipped, to ctest)
// if this CPU lacks the one that LOCKSTEP_ISA names.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include <lockstep/isa.hpp>

namespace lockstep {
namespace {

constexpr int skipped = 77, wrong = 2;

bool lacks_wanted_isa() {
    const char* wanted = std::getenv("LOCKSTEP_ISA");
    for (const Isa isa : built_isas) {
        if (wanted != nullptr && name(isa) == wanted) return !supported(isa);
    }
    return false;
}

[[gnu::constructor]] void look_at_wanted_isa() try {
    if (lacks_wanted_isa()) {
        std::printf("skipped: this CPU lacks %s\n", std::getenv("LOCKSTEP_ISA"));
        std::exit(skipped);
    }
    std::printf("[isa %s]\n", name(default_isa()).data());
    std::fflush(stdout);
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::exit(wrong);
}

}  // namespace
}  // namespace lockstep
