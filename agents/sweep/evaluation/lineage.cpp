
#include "agents/sweep/evaluation/lineage.hpp"

#include <utility>

namespace lockstep::sweep {

std::vector<std::vector<LearnerState>> states_after(const Objective& objective,
                                                    std::span<const Job> jobs,
                                                    std::span<const Lineage* const> lineages,
                                                    EvaluateOptions options) {
    options.keep_states = true;
    std::vector<std::vector<LearnerState>> states(jobs.size());
    for (std::size_t depth = 0;; ++depth) {
        std::vector<Job> steps;
        std::vector<std::size_t> whose;
        for (std::size_t j = 0; j < jobs.size(); ++j) {
            if (lineages[j]->size() <= depth || (depth > 0 && states[j].empty())) continue;
            const LineageStep& step = (*lineages[j])[depth];
            Job job = jobs[j];
            job.values = step.values, job.budget = step.budget, job.from = states[j];
            steps.push_back(job);
            whose.push_back(j);
        }
        if (steps.empty()) return states;
        std::vector<std::vector<LearnerState>> next(steps.size());
        objective.evaluate(steps, options, [&](std::int64_t i, Outcome&& outcome) {
            next[static_cast<std::size_t>(i)] = std::move(outcome.states);
        });
        for (std::size_t i = 0; i < whose.size(); ++i) states[whose[i]] = std::move(next[i]);
    }
}

}  // namespace lockstep::sweep
