
#include "agents/sweep/run/population_training.hpp"

#include <algorithm>
#include <cmath>

#include <lockstep/error.hpp>
#include <lockstep/random.hpp>

#include "agents/sweep/run/rounds.hpp"

namespace lockstep::sweep {
namespace {

constexpr double replaced_share = 0.2, resampling = 0.25, perturbation = 0.1;

// The seed of the draws between two generations; different studies share none.
std::uint64_t draws_seed(const Study& study, std::int64_t generation) {
    return learner_seed(study, Role::tuning, -1 - generation);
}

void vary(const Study& study, const Objective& objective, std::vector<double>& values,
          Draws& draws) {
    for (int i = 0; i < study.space.size(); ++i) {
        double& value = values[static_cast<std::size_t>(i)];
        const bool anew = draws.uniform() < resampling;
        const double draw = draws.uniform();
        const bool is_parent =
            std::ranges::count(study.space.parameters(), i, &SearchParameter::parent) > 0;
        if (std::isnan(value) || is_parent || !objective.tunable(i)) continue;
        const double unit = study.space.unit(i, value) + perturbation * (2 * draw - 1);
        value = study.space.value(i, anew ? draw : std::clamp(unit, 0.0, 1.0));
    }
}

}  // namespace

void check_population_training(const Study& study, const Objective& objective,
                               std::int64_t configurations) {
    const std::string where = study.where("study.scheduler") + "pbt ";
    if (!objective.resumable() || study.budget < 1)
        throw ConfigError(where + "needs learners that go on from where they were: those of " +
                          study.agent + " with these settings do not");
    if (study.trials % study.generation != 0)
        throw ConfigError(
            where + "trains populations of generation = " + std::to_string(study.generation) +
            " trials: trials = " + std::to_string(study.trials) + " is no multiple of it");
    if (study.budget < static_cast<double>(slices(study)))
        throw ConfigError(where + "has more generations than the budget has units: " +
                          std::to_string(slices(study)));
    if (configurations < study.generation)
        throw ConfigError(where + "trains populations of generation = " +
                          std::to_string(study.generation) + " trials: " + study.sampler +
                          " has only " + std::to_string(configurations) + " configurations");
}

std::vector<Contender> next_population(const Study& study, const Objective& objective,
                                       std::vector<Contender>& last) {
    std::vector<Contender*> order;
    for (Contender& c : last) order.push_back(&c);
    rank(order, study);
    const auto fifth = static_cast<std::size_t>(
        std::max(1.0, std::floor(replaced_share * static_cast<double>(last.size()))));
    const std::size_t stay = std::min(order.size(), last.size() - fifth);
    std::vector<bool> stays(last.size(), false);
    for (std::size_t r = 0; r < std::max<std::size_t>(1, stay) && r < order.size(); ++r)
        stays[static_cast<std::size_t>(order[r] - last.data())] = true;

    CounterDraws draws(draws_seed(study, last.front().generation));
    std::vector<Contender> next;
    for (std::size_t i = 0; i < last.size(); ++i) {
        const bool replaced = !stays[i] && !order.empty();
        const auto best = std::min(fifth, order.size());
        const Contender& parent =
            replaced ? *order[static_cast<std::size_t>(draws.below(static_cast<int>(best)))]
                     : last[i];
        Contender& child = next.emplace_back();
        child.trial = last[i].trial + std::ssize(last);
        child.generation = last[i].generation + 1;
        child.values = parent.values;
        child.lineage = parent.lineage;
        child.lineage.push_back({parent.values, parent.budget});
        child.states = parent.states;
        child.steps_before = parent.steps;
        if (replaced) vary(study, objective, child.values, draws);
    }
    return next;
}

}  // namespace lockstep::sweep
