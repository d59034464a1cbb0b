// Every work under Google Benchmark, on every instruction set that this CPU has: the rows of
// `lockstep bench`, with that library's own statistics and output formats. The label of a row is
// its hash.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <memory>

#include "bench/works/list.hpp"

namespace {

using namespace lockstep;

void register_work(const Work& work, const WorkConfig& config) {
    if (!work.run) return;
    const std::string name = work.name + "/" + std::string(lockstep::name(config.isa)) +
                             (config.precision == Precision::f32 ? "/f32" : "/f64");
    benchmark::RegisterBenchmark(name.c_str(), [work](benchmark::State& state) {
        std::int64_t steps = 0;
        for (auto _ : state) steps += work.run();
        state.SetItemsProcessed(steps);
        char hash[17];
        std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(work.hash()));
        state.SetLabel(hash);
    });
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    for (const Isa isa : built_isas) {
        if (!supported(isa)) continue;
        for (const Precision precision : {Precision::f32, Precision::f64}) {
            const WorkConfig config{.env = "CartPole-v1", .isa = isa, .precision = precision};
            register_work(fma_peak_work(config), config);
            register_work(ceiling_work(config), config);
            for (const Work& work : works(config)) register_work(work, config);
        }
    }
    benchmark::RunSpecifiedBenchmarks();
}
