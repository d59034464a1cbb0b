
#include "agents/sweep/run/estimate.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include <lockstep/statistics.hpp>
#include <lockstep/sweep/sampler.hpp>

#include "agents/sweep/samplers/registry.hpp"
#include "engine/machine/clock.hpp"

namespace lockstep::sweep {
namespace {

constexpr std::int64_t configurations = 128;
// Probes of growing budget, as long as the next is likely to take no longer than this.
constexpr double shares[] = {1.0 / 64, 1.0 / 8, 1};
constexpr double longest_probe = 4;  // seconds
// The share of lanes that a study's populations keep busy; the probe's are smaller and keep fewer.
constexpr double busy_lanes = 0.9;
// On average, a learning sampler proposes what is among the best of random search.
constexpr double informed_best = 0.25;

struct Probe {
    double steps = 0, score = 0;  // of one learner
    bool complete = false;
};

// One learner of each configuration, on seeds that no role uses.
class Prober {
public:
    Prober(const Study& study, const Objective& objective, int threads)
        : study_(study), objective_(objective), threads_(threads) {
        const auto size = static_cast<std::size_t>(study.space.size());
        std::vector<double> units(static_cast<std::size_t>(configurations) * size);
        const auto sampler = make_sampler("random", study.space, {.seed = ~study.seed});
        count_ = sampler->propose({}, {.count = configurations}, units);
        values_.assign(units.size(), 0);
        for (std::size_t i = 0; i < static_cast<std::size_t>(count_); ++i)
            study.space.values(std::span(units).subspan(i * size, size),
                               std::span(values_).subspan(i * size, size));
    }

    // Runs the configurations that are allowed, with this share of the budget; returns the seconds
    // taken.
    double run(double share) {
        const auto size = static_cast<std::size_t>(study_.space.size());
        const double budget =
            study_.budget > 0 ? std::max(1.0, std::floor(study_.budget * share)) : 0;
        std::vector<Job> jobs;
        for (std::int64_t i = 0; i < count_; ++i) {
            const auto values =
                std::span<const double>(values_).subspan(static_cast<std::size_t>(i) * size, size);
            if (study_.space.allows(values))
                jobs.push_back({i, values, Role::tuning, 0, 1, budget, {}});
        }
        probes_.assign(jobs.size(), {});
        const auto start = std::chrono::steady_clock::now();
        lanes_ = objective_.evaluate(
            jobs, {.threads = threads_}, [&](std::int64_t j, Outcome&& outcome) {
                const bool complete = outcome.state == TrialState::complete;
                probes_[static_cast<std::size_t>(j)] = {static_cast<double>(outcome.steps),
                                                        complete ? mean(outcome.scores) : 0,
                                                        complete};
            });
        return seconds_since(start);
    }
    // The lane steps of the last run.
    const LaneSteps& lanes() const { return lanes_; }
    // Best first; failed probes last.
    std::vector<Probe> ranked() const {
        std::vector<Probe> all = probes_;
        std::ranges::stable_sort(all, [&](const Probe& a, const Probe& b) {
            if (a.complete != b.complete) return a.complete;
            return study_.loss(a.score) < study_.loss(b.score);
        });
        return all;
    }

private:
    const Study& study_;
    const Objective& objective_;
    const int threads_;
    std::int64_t count_ = 0;      // configurations: fewer if the space has fewer
    std::vector<double> values_;  // [configuration][parameter]
    std::vector<Probe> probes_;
    LaneSteps lanes_;
};

double mean_steps(std::span<const Probe> ranked, double best) {
    const auto count = static_cast<std::size_t>(
        std::max(1.0, std::ceil(best * static_cast<double>(ranked.size()))));
    double steps = 0;
    for (const Probe& probe : ranked.first(std::min(count, ranked.size()))) steps += probe.steps;
    return steps / static_cast<double>(count);
}

}  // namespace

CostEstimate estimate(const Study& study, const Objective& objective, const StudyPlan& plan,
                      int threads) {
    Prober prober(study, objective, threads);
    double share = 1, seconds = 0;
    for (const double next : shares) {
        // Learners that improve may take longer for each part of their budget.
        if (study.budget > 0 && seconds * next / share > longest_probe) break;
        share = study.budget > 0 ? next : 1;
        seconds = prober.run(share);
        if (study.budget == 0) break;
    }
    const std::vector<Probe> ranked = prober.ranked();
    if (ranked.empty()) return {};
    CostEstimate cost;
    for (const StudyPlan::Part& part : plan.parts) {
        const double best = part.informed ? part.best * informed_best : part.best;
        cost.steps += part.learners * mean_steps(ranked, best) / share;
    }
    const auto lanes = static_cast<double>(std::max<std::int64_t>(1, prober.lanes().lanes));
    cost.seconds = cost.steps / busy_lanes * seconds / lanes;
    return cost;
}

}  // namespace lockstep::sweep
