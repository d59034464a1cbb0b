// Plays the runs whose hashes are written down, on every instruction set of this CPU, and says
// which of them differ. Built by other compilers and at other optimisation levels than the rest.

#include <cstdio>

#include <lockstep/engine/isa.hpp>
#include <lockstep/tests/agents/learnt_hash.hpp>
#include <lockstep/tests/engine/chained_hash.hpp>

namespace lockstep::test {
namespace {

int differences = 0;

template <class Real>
void compare(const Run& run, Isa isa, std::uint64_t got) {
    const bool equal = got == run.expected<Real>();
    differences += equal ? 0 : 1;
    std::printf("%-9s f%d %-6s %s%s\n", run.name.data(), static_cast<int>(8 * sizeof(Real)),
                name(isa).data(), hexadecimal(got).c_str(), equal ? "" : "  DIFFERS");
}

template <class Real>
void play_all(Isa isa) {
    for (const Run& run : runs) {
        VectorEnvConfig config = config_of(run);
        config.isa = isa;
        compare<Real>(run, isa, chained_hash<Real>(config, run.steps));
    }
    VectorEnvConfig config = config_of(random_rollout);
    config.isa = isa;
    compare<Real>(random_rollout, isa, rollout_hash<Real>(config, random_rollout.steps));
}

void learn_all(Isa isa) {
    for (const LearntRun& run : learnt_runs) {
        const std::uint64_t got = learnt_hash(run, isa);
        differences += got == run.expected ? 0 : 1;
        std::printf("%-16s %-6s %s%s\n", run.env.data(), name(isa).data(), hexadecimal(got).c_str(),
                    got == run.expected ? "" : "  DIFFERS");
    }
}

}  // namespace
}  // namespace lockstep::test

int main() {
    for (const lockstep::Isa isa : lockstep::all_isas) {
        if (!lockstep::supported(isa)) continue;
        lockstep::test::play_all<float>(isa);
        lockstep::test::play_all<double>(isa);
        lockstep::test::learn_all(isa);
    }
    return lockstep::test::differences == 0 ? 0 : 1;
}
