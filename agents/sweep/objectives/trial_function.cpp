#include <cmath>
#include <exception>
#include <limits>

#include <lockstep/error.hpp>
#include <lockstep/sweep/objective.hpp>

#include "engine/machine/parallel.hpp"

namespace lockstep::sweep {
namespace {

class TrialObjective final : public Objective {
public:
    TrialObjective(const Study& study, const TrialFunction& function)
        : study_(study), function_(function) {}

    LaneSteps evaluate(std::span<const Job> jobs, const EvaluateOptions& options,
                       const Done& done) const override {
        Workers(options.threads).for_each(std::ssize(jobs), [&](std::int64_t i) {
            if (options.stop.stop_requested()) return;
            done(i, outcome(jobs[static_cast<std::size_t>(i)]));
        });
        return {};
    }
    double budget() const override { return 0; }
    bool stochastic() const override { return true; }
    bool resumable() const override { return false; }
    bool tunable(int) const override { return false; }

private:
    Outcome outcome(const Job& job) const {
        Outcome result;
        for (std::int64_t s = 0; s < job.seeds; ++s) {
            const std::uint64_t seed = learner_seed(study_, job.role, job.first_seed + s);
            try {
                result.scores.push_back(function_(Trial(study_.space, job, seed)));
            } catch (const std::exception& error) {
                return {TrialState::failed, {}, 0, error.what(), {}};
            }
            if (std::isfinite(result.scores.back())) continue;
            return {TrialState::not_finite, {}, 0, "the score is no finite number", {}};
        }
        return result;
    }

    const Study& study_;
    const TrialFunction function_;
};

}  // namespace

SettingValue Trial::operator[](std::string_view name) const {
    const int i = space_.find(std::string(name));
    if (i < 0) throw ConfigError("the space has no parameter '" + std::string(name) + "'");
    const double value = values_[static_cast<std::size_t>(i)];
    if (std::isnan(value))
        throw ConfigError("'" + std::string(name) + "' has no value in this trial");
    if (space_[i].scale == Scale::choice) return space_.text(i, value);
    return value;
}

std::unique_ptr<Objective> make_objective(const Study& study, const TrialFunction& function) {
    return std::make_unique<TrialObjective>(study, function);
}

}  // namespace lockstep::sweep
