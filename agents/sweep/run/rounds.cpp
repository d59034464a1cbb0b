
#include "agents/sweep/run/rounds.hpp"

#include <algorithm>

#include <lockstep/error.hpp>

#include "agents/sweep/study/slices.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep::sweep {
namespace {

constexpr std::int64_t max_rounds = 1000;

Standing standing_of(const Contender& c) {
    return {c.trial, c.stage, c.budget, c.alive() ? std::span(c.scores) : std::span<double>()};
}

[[noreturn]] void refuse(const Study& study, const std::string& why) {
    throw ConfigError(study.where("study.scheduler") + "scheduler " + study.scheduler + ": " + why);
}

void check_round(const Round& round, const Study& study, std::int64_t generation,
                 std::int64_t number, std::size_t trials) {
    const auto fault = [&](const std::string& why) {
        refuse(study, "round " + std::to_string(number) + " of generation " +
                          std::to_string(generation) + ": " + why);
    };
    const std::int64_t last = study.tuning_seeds - round.seeds;
    if (number >= max_rounds) fault("allowed " + std::to_string(max_rounds) + " rounds");
    if (round.seeds < 1 || round.first_seed < 0 || round.first_seed > last)
        fault("seeds " + std::to_string(round.first_seed) + " to " +
              std::to_string(round.first_seed + round.seeds - 1) + ": allowed 0 to " +
              std::to_string(study.tuning_seeds - 1));
    const double least = std::min(1.0, study.budget);
    if (!(round.budget >= least && round.budget <= study.budget))
        fault("budget = " + shortest(round.budget) + ": allowed from " + shortest(least) + " to " +
              shortest(study.budget));
    std::vector<bool> named(trials, false);
    for (const std::size_t i : round.trials) {
        if (i >= trials || named[i])
            fault("trial " + std::to_string(i) + ": allowed each of 0 to " +
                  std::to_string(trials - 1) + ", once");
        named[i] = true;
    }
}

// The scheduler's next round, if any trial takes part in it.
std::optional<Round> next_round(const Scheduler& scheduler, const Study& study,
                                std::int64_t generation, std::int64_t number,
                                std::span<const Standing> trials) {
    std::optional<Round> round = scheduler.next(generation, number, trials);
    if (!round || round->trials.empty()) return {};
    check_round(*round, study, generation, number, trials.size());
    return round;
}

}  // namespace

void rank(std::vector<Contender*>& contenders, const Study& study) {
    std::erase_if(contenders, [](const Contender* c) { return !c->scored(); });
    std::ranges::sort(contenders, [&](const Contender* a, const Contender* b) {
        return better(standing_of(*a), standing_of(*b), study);
    });
}

std::int64_t checked_size(const Scheduler& scheduler, const Study& study, std::int64_t generation) {
    const std::int64_t size = scheduler.generation_size(generation);
    if (size < 1)
        refuse(study, "generation " + std::to_string(generation) + ": " + std::to_string(size) +
                          " trials: allowed 1 and more");
    return size;
}

void run_rounds(const Scheduler& scheduler, const Study& study, std::span<Contender> generation,
                Evaluator& evaluator) {
    std::vector<Standing> standings(generation.size());
    for (std::int64_t number = 0;; ++number) {
        std::ranges::transform(generation, standings.begin(), standing_of);
        const auto round =
            next_round(scheduler, study, generation.front().generation, number, standings);
        if (!round) return;
        std::vector<Contender*> contenders;
        for (const std::size_t i : round->trials) contenders.push_back(&generation[i]);
        evaluator.evaluate(contenders, {.number = static_cast<std::int32_t>(number),
                                        .first_seed = round->first_seed,
                                        .seeds = round->seeds,
                                        .budget = round->budget});
        if (evaluator.stopped()) return;
    }
}

std::vector<RoundCost> round_costs(const Scheduler& scheduler, const Study& study,
                                   std::int64_t generation) {
    const auto size = static_cast<std::size_t>(checked_size(scheduler, study, generation));
    const std::vector<double> equal(static_cast<std::size_t>(study.tuning_seeds), 0.0);
    // A population's learners have learnt what came before.
    const double before = trains_populations(study) ? slice_budget(study, generation - 1) : 0;
    std::vector<Standing> standings(size);
    for (std::size_t i = 0; i < size; ++i) standings[i].trial = static_cast<std::int64_t>(i);
    std::vector<RoundCost> costs;
    while (const auto round =
               next_round(scheduler, study, generation, std::ssize(costs), standings)) {
        const auto trials = static_cast<double>(round->trials.size());
        const double budgets =
            study.budget > 0 ? trials * (round->budget - before) / study.budget : trials;
        for (const std::size_t i : round->trials) {
            Standing& s = standings[i];
            const std::size_t kept = s.budget == round->budget ? s.scores.size() : 0;
            s.scores = std::span(equal).first(
                std::min(equal.size(), kept + static_cast<std::size_t>(round->seeds)));
            s.round = std::ssize(costs), s.budget = round->budget;
        }
        costs.push_back(
            {budgets * static_cast<double>(round->seeds), trials / static_cast<double>(size)});
    }
    return costs;
}

}  // namespace lockstep::sweep
