// A sweep with the caller's own objective.
#include <cmath>
#include <cstdint>

#include <lockstep/sweep/memory_log.hpp>
#include <lockstep/sweep/objective.hpp>
#include <lockstep/sweep/run.hpp>

namespace {

namespace sweep = lockstep::sweep;

class Bowl final : public sweep::Objective {
public:
    lockstep::LaneSteps evaluate(std::span<const sweep::Job> jobs, const sweep::EvaluateOptions&,
                                 const Done& done) const override {
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            const double x = jobs[i].values[0] - 3;
            sweep::Outcome outcome;
            outcome.scores.assign(static_cast<std::size_t>(jobs[i].seeds), x * x);
            done(static_cast<std::int64_t>(i), std::move(outcome));
        }
        return {};
    }
    double budget() const override { return 0; }
    bool stochastic() const override { return false; }
    bool resumable() const override { return false; }
    bool tunable(int) const override { return false; }
};

}  // namespace

extern "C" int check_own_objective() {
    sweep::SearchParameter x;
    x.name = "x", x.low = -10, x.high = 10;
    sweep::Study study;
    study.env = "own", study.agent = "bowl", study.sampler = "cma-es", study.maximize = false;
    study.trials = 200, study.generation = 20, study.tuning_seeds = study.first_seeds = 1;
    study.space = sweep::Space({x}, {});
    const Bowl bowl;
    sweep::resolve(study, bowl);
    sweep::MemoryLog log;
    sweep::run_study(study, bowl, log, {});
    bool found = false;
    log.load([&](sweep::TrialRow&& row) { found |= std::abs(row.values[0] - 3) < 1e-2; });
    return found ? 0 : 1;
}
