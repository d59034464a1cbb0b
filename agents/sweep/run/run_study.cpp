
#include "agents/sweep/run/run_study.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include <lockstep/error.hpp>

#include "agents/sweep/run/history.hpp"
#include "agents/sweep/run/population_training.hpp"
#include "agents/sweep/run/rounds.hpp"
#include "agents/sweep/samplers/registry.hpp"
#include "agents/sweep/schedulers/registry.hpp"
#include "agents/sweep/study/check.hpp"
#include "agents/sweep/study/enqueue.hpp"
#include "agents/sweep/study/slices.hpp"
#include "engine/machine/parallel.hpp"

namespace lockstep::sweep {
namespace {

// [row][dimension]
std::vector<double> prior_units(const Study& study) {
    const auto size = static_cast<std::size_t>(study.space.size());
    std::vector<double> units(study.prior.values.size());
    for (std::size_t at = 0; at < units.size(); at += size)
        study.space.units(std::span(study.prior.values).subspan(at, size),
                          std::span(units).subspan(at, size));
    return units;
}

std::unique_ptr<Sampler> sampler_of(const Study& study, std::span<const double> prior,
                                    int threads) {
    try {
        auto sampler = make_sampler(study.sampler, study.space,
                                    {.seed = study.seed,
                                     .trials = study.trials,
                                     .threads = Workers(threads).count(),
                                     .generation = study.generation,
                                     .prior = prior});
        if (!study.warm_start.empty() && !sampler->learns())
            throw ConfigError("sampler " + study.sampler +
                              " learns from no trial, so that warm_start would teach it nothing: "
                              "allowed tpe and cma-es");
        return sampler;
    } catch (const ConfigError& error) {
        throw ConfigError(study.where("study.sampler") + error.what());
    }
}

class Search {
public:
    Search(const Study& study, const Objective& objective, int threads)
        : study_(study),
          objective_(objective),
          scheduler_(make_scheduler(study)),
          prior_(prior_units(study)),
          sampler_(sampler_of(study, prior_, threads)),
          history_(study) {
        if (trains_populations(study))
            check_population_training(study, objective, sampler_->limit());
        round_costs(*scheduler_, study, 0);  // so that a scheduler's fault is known at once
    }

    Generation next() const {
        const auto number = std::ssize(history_.generations());
        const std::int64_t first = history_.trials(), left = study_.trials - first;
        return {number, first, std::min(checked_size(*scheduler_, study_, number), left)};
    }
    void tune(Evaluator& evaluator, TrialLog& log) {
        for (Generation g = next(); g.count > 0; g = next()) {
            std::vector<Contender> contenders = propose(g);
            if (contenders.empty()) return;
            run_rounds(*scheduler_, study_, contenders, evaluator);
            history_.add(g, contenders);
            if (evaluator.stopped()) {
                ending_ = Ending::stopped;
                return;
            }
            if (reaches_target(contenders)) {
                ending_ = Ending::target;
                return;
            }
            last_ = std::move(contenders);
            if (trains_populations(study_)) log.forget_states(g.first);
            if (ending_ == Ending::exhausted) return;
        }
    }
    Ending ending() const { return ending_; }
    std::int64_t proposed() const { return history_.trials(); }
    // Uses seeds that tuning never saw.
    void score_again(Evaluator& evaluator) const {
        std::vector<Contender> top(history_.best().begin(), history_.best().end());
        score(top, evaluator, {.role = Role::validation, .seeds = study_.validation_seeds});
        top.emplace_back().trial = default_trial;
        top.back().values = nothing();
        score(top, evaluator, {.role = Role::test, .seeds = study_.test_seeds});
    }
    StudyPlan plan() const {
        // In a population, only the first generation is proposed.
        const std::int64_t trials =
            trains_populations(study_) ? study_.trials : std::min(study_.trials, sampler_->limit());
        StudyPlan plan;
        plan.trials = trials;
        const bool learns = sampler_->learns() || trains_populations(study_);
        for (std::int64_t left = trials; left > 0; ++plan.generations) {
            const std::int64_t size = checked_size(*scheduler_, study_, plan.generations);
            const double share =
                static_cast<double>(std::min(size, left)) / static_cast<double>(size);
            for (const RoundCost& round : round_costs(*scheduler_, study_, plan.generations))
                plan.parts.push_back(
                    {share * round.learners, round.best, learns && plan.generations > 0});
            left -= size;
        }
        plan.final_learners = static_cast<double>(
            study_.top * (study_.validation_seeds + study_.test_seeds) + study_.test_seeds);
        const auto best = static_cast<double>(study_.top) / static_cast<double>(trials);
        plan.parts.push_back(
            {plan.final_learners, std::min(1.0, best), learns && plan.generations > 1});
        for (const StudyPlan::Part& part : plan.parts) plan.learners += part.learners;
        return plan;
    }

private:
    // Every score of a trial that reached its scheduler's end must reach the target: a mean may owe
    // it to one lucky seed.
    bool reaches_target(std::span<const Contender> contenders) const {
        if (!study_.target) return false;
        const double most = study_.loss(*study_.target);
        return std::ranges::any_of(contenders, [&](const Contender& c) {
            return c.scored() && std::ssize(c.scores) == study_.tuning_seeds &&
                   (c.budget == study_.budget || trains_populations(study_)) &&
                   std::ranges::all_of(c.scores,
                                       [&](double score) { return study_.loss(score) <= most; });
        });
    }
    std::vector<double> nothing() const {
        return std::vector<double>(static_cast<std::size_t>(study_.space.size()),
                                   std::numeric_limits<double>::quiet_NaN());
    }
    // Shrinks the generation if fewer configurations are left.
    std::vector<Contender> propose(Generation& g) {
        if (trains_populations(study_) && g.number > 0)
            return next_population(study_, objective_, last_);
        const auto size = static_cast<std::size_t>(study_.space.size());
        std::vector<double> units(static_cast<std::size_t>(g.count) * size);
        const auto point = [&](std::size_t i) { return std::span(units).subspan(i * size, size); };
        std::vector<Contender> contenders(static_cast<std::size_t>(g.count));
        g.given = std::clamp<std::int64_t>(std::ssize(study_.enqueue) - g.first, 0, g.count);
        for (std::size_t i = 0; i < static_cast<std::size_t>(g.given); ++i) {
            contenders[i].values = enqueued_values(study_, static_cast<std::size_t>(g.first) + i);
            study_.space.units(contenders[i].values, point(i));
        }
        const std::int64_t proposed = sampler_->propose(history_.seen(), g, units);
        if (proposed < g.count) ending_ = Ending::exhausted;
        g.count = proposed;
        contenders.resize(static_cast<std::size_t>(g.count));
        for (std::size_t i = 0; i < contenders.size(); ++i) {
            contenders[i].trial = g.first + static_cast<std::int64_t>(i);
            contenders[i].generation = g.number;
            if (std::cmp_less(i, g.given)) continue;
            contenders[i].values = nothing();
            study_.space.values(point(i), contenders[i].values);
        }
        return contenders;
    }
    void score(std::vector<Contender>& contenders, Evaluator& evaluator, Stage stage) const {
        stage.budget = study_.budget;
        std::vector<Contender*> all;
        for (Contender& c : contenders) {
            c.state = TrialState::complete;
            c.states.clear(), c.steps_before = 0;  // they belong to learners of other seeds
            all.push_back(&c);
        }
        evaluator.evaluate(all, stage);
    }

    const Study& study_;
    const Objective& objective_;
    const std::unique_ptr<Scheduler> scheduler_;
    const std::vector<double> prior_;
    const std::unique_ptr<Sampler> sampler_;
    History history_;
    std::vector<Contender> last_;  // the last generation
    Ending ending_ = Ending::trials;
};

// Reports everything that can be known to be wrong before anything is run, at once.
std::unique_ptr<Search> checked_search(const Study& study, const Objective& objective,
                                       int threads) {
    std::string faults;
    const auto sound = [&](const auto& act) {
        try {
            act();
            return true;
        } catch (const ConfigError& error) {
            faults += (faults.empty() ? "" : "\n") + std::string(error.what());
            return false;
        }
    };
    std::unique_ptr<Search> search;
    if (sound([&] { check(study); }))
        sound([&] { search = std::make_unique<Search>(study, objective, threads); });
    sound([&] { objective.check(); });
    if (!faults.empty()) throw ConfigError(faults);
    return search;
}

}  // namespace

StudyRun run_study(const Study& study, const Objective& objective, TrialLog& log,
                   const RunOptions& options) {
    const auto begun = checked_search(study, objective, options.evaluate.threads);
    Search& search = *begun;
    Evaluator evaluator(study, objective, log, options);
    search.tune(evaluator, log);
    search.score_again(evaluator);
    evaluator.settle(search.ending() != Ending::stopped);
    log.sync();
    return {study.trials, evaluator.found(), evaluator.lanes(), search.proposed(), search.ending()};
}

StudyPlan plan_study(const Study& study, const Objective& objective) {
    return checked_search(study, objective, 1)->plan();
}

}  // namespace lockstep::sweep
