// Plays the runs with recorded hashes, on every instruction set of this CPU, and prints which ones
// differ. Built by other compilers and at other optimization levels than the rest.

#include <cstdio>

#include <lockstep/isa.hpp>

#include "tests/agents/learnt_hash.hpp"
#include "tests/agents/network_hash.hpp"
#include "tests/engine/chained_hash.hpp"

namespace lockstep::test {
namespace {

int differences = 0;

void compare(std::string_view run, const char* precision, Isa isa, std::uint64_t got,
             std::uint64_t expected) {
    differences += got == expected ? 0 : 1;
    std::printf("%-16s %s %-6s %s%s\n", run.data(), precision, name(isa).data(),
                hexadecimal(got).c_str(), got == expected ? "" : "  DIFFERS");
}

template <class Real>
void play_all(Isa isa) {
    const char* precision = sizeof(Real) == 4 ? "f32" : "f64";
    for (const Run& run : runs) {
        VectorEnvConfig config = config_of(run);
        config.isa = isa;
        compare(run.name, precision, isa, chained_hash<Real>(config, run.steps),
                run.expected<Real>());
    }
    VectorEnvConfig config = config_of(random_rollout);
    config.isa = isa;
    compare(random_rollout.name, precision, isa, rollout_hash<Real>(config, random_rollout.steps),
            random_rollout.expected<Real>());
}

void learn_all(Isa isa) {
    for (const LearntRun& run : learnt_runs)
        compare(run.env, "f32", isa, learnt_hash(run, isa), run.expected);
    for (const NetworkRun& run : network_runs)
        compare(run.name, "f32", isa, run.hash(isa), run.expected);
}

}  // namespace
}  // namespace lockstep::test

int main() {
    for (const lockstep::Isa isa : lockstep::built_isas) {
        if (!lockstep::supported(isa)) continue;
        lockstep::test::play_all<float>(isa);
        lockstep::test::play_all<double>(isa);
        lockstep::test::learn_all(isa);
    }
    return lockstep::test::differences == 0 ? 0 : 1;
}
