// Which trials go on, on how many seeds and with which budget: schedulers over scripted scores.

#include <cmath>

#include <lockstep/error.hpp>
#include <lockstep/sweep/run.hpp>
#include <lockstep/sweep/scheduler.hpp>

#include "agents/sweep/run/history.hpp"
#include "engine/environments/config.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep {
namespace {

using test::MemoryLog, test::plan_fault, test::ScriptedObjective;

using Trials = std::vector<std::int64_t>;

Study small_study(std::string_view scheduler, std::int64_t trials, std::int64_t generation) {
    Study study;
    study.scheduler = scheduler, study.trials = trials, study.generation = generation;
    study.space = Space({test::uniform("p", 0, 1)}, {});
    study.tuning_seeds = 2, study.first_seeds = 1, study.top = 2;
    study.validation_seeds = 2, study.test_seeds = 2;
    return study;
}

double by_id(const Job& job, std::int64_t) { return static_cast<double>(job.trial); }

// The trials that were scored on validation seeds.
Trials finalists(const MemoryLog& log) {
    Trials trials;
    for (const auto& [key, row] : log.rows)
        if (row.role == Role::validation) trials.push_back(row.trial);
    return trials;
}

// Gives those above the mean of their generation the rest of the seeds; or does what is not allowed.
class Scripted final : public Scheduler {
public:
    explicit Scripted(const Study& study, Round first = {}, std::int64_t size = 4)
        : study_(study), first_(std::move(first)), size_(size) {}

    std::int64_t generation_size(std::int64_t) const override { return size_; }
    std::optional<Round> next(std::int64_t, std::int64_t round,
                              std::span<const Standing> trials) const override {
        if (round == 0) return first_;
        if (round > 1) return {};
        Round rest{{}, first_.seeds, study_.tuning_seeds - first_.seeds, study_.budget};
        double sum = 0;
        for (const Standing& s : trials) sum += s.scores.empty() ? 0 : s.scores[0];
        for (std::size_t i = 0; i < trials.size(); ++i)
            if (!trials[i].scores.empty() && trials[i].scores[0] * 4 > sum)
                rest.trials.push_back(i);
        return rest;
    }

private:
    const Study& study_;
    const Round first_;
    const std::int64_t size_;
};

// The fault of a scheduler whose first round, or whose generations' size, is so.
std::string scripted_fault(const Round& first, std::int64_t size = 4) {
    static int count = 0;
    const std::string name = "scripted-" + std::to_string(++count);
    register_scheduler(
        name, [=](const Study& study) { return std::make_unique<Scripted>(study, first, size); });
    Study study = small_study(name, 8, 8);
    study.budget = 10;
    return plan_fault(study, ScriptedObjective(by_id));
}

}  // namespace

TEST_CASE("a full budget scores every trial on all seeds", "[scheduler]") {
    Study study = small_study("full", 10, 4);
    study.budget = 7;
    const MemoryLog log = test::run_in_memory(study, ScriptedObjective(by_id));
    REQUIRE(log.in_stage(0).size() == 10);
    CHECK(log.in_stage(1).empty());
    for (std::int64_t t = 0; t < 10; ++t) {
        CHECK(log.at(t).generation == t / 4);
        CHECK(log.at(t).seeds == 2);
        CHECK(log.at(t).budget == 7);
        CHECK(log.at(t).scores == std::vector<double>(2, static_cast<double>(t)));
    }
    CHECK(finalists(log) == Trials{8, 9});
    study.maximize = false;
    CHECK(finalists(test::run_in_memory(study, ScriptedObjective(by_id))) == Trials{0, 1});
}

TEST_CASE("those that fail are never best, and equal ones go by id", "[scheduler]") {
    const ScriptedObjective objective(
        [](const Job& job, std::int64_t) { return job.trial % 3 == 0 ? std::nan("") : 5.0; });
    for (const char* scheduler : {"full", "racing"}) {
        const MemoryLog log = test::run_in_memory(small_study(scheduler, 9, 9), objective);
        CHECK(log.at(3).state == TrialState::not_finite);
        CHECK(log.at(3).scores.empty());
        CHECK(finalists(log) == Trials{1, 2});
    }
    const ScriptedObjective hopeless([](const Job&, std::int64_t) { return std::nan(""); });
    CHECK(finalists(test::run_in_memory(small_study("racing", 9, 3), hopeless)).empty());
}

TEST_CASE("racing gives more seeds to the better half", "[scheduler]") {
    Study study = small_study("racing", 8, 8);
    study.first_seeds = 2, study.tuning_seeds = 8;
    // Gains and losses alternate between seeds, so no difference is significant.
    const ScriptedObjective objective([](const Job& job, std::int64_t seed) {
        return static_cast<double>(job.trial) * (seed % 2 == 0 ? 12 : -10);
    });
    const MemoryLog log = test::run_in_memory(study, objective);
    CHECK(log.in_stage(0).size() == 8);
    CHECK(log.in_stage(1) == Trials{4, 5, 6, 7});
    CHECK(log.in_stage(2) == Trials{6, 7});
    CHECK(log.at(7, 1).first_seed == 2);
    CHECK(log.at(7, 1).seeds == 2);
    CHECK(log.at(7, 2).first_seed == 4);
    CHECK(log.at(7, 2).seeds == 4);
    CHECK(finalists(log) == Trials{6, 7});
}

TEST_CASE("racing drops whoever is worse on the same seeds beyond chance", "[scheduler]") {
    Study study = small_study("racing", 8, 8);
    study.first_seeds = 2, study.tuning_seeds = 4;
    // The best has 10 and 10. Trial 1 is 1 and 2 below: t = 1.5 / 0.5 = 3, less than the 6.3 for
    // one degree of freedom. Trial 2 is nearer, but 0.9 and 1.1 below: t = 1 / 0.1 = 10.
    const double scores[8][2] = {{10, 10}, {9, 8}, {9.1, 8.9}, {10, 10},
                                 {0, 0},   {0, 0}, {0, 0},     {0, 0}};
    const ScriptedObjective objective([&](const Job& job, std::int64_t seed) {
        return scores[static_cast<std::size_t>(std::max<std::int64_t>(0, job.trial))][seed % 2];
    });
    CHECK(test::run_in_memory(study, objective).in_stage(1) == Trials{0, 1, 3});
    study.maximize = false;
    CHECK(test::run_in_memory(study, objective).in_stage(1) == Trials{4, 5, 6, 7});
}

TEST_CASE("halving doubles the budget of the better half", "[scheduler]") {
    Study study = small_study("halving", 16, 8);
    study.budget = 8, study.min_budget = 1;
    const MemoryLog log = test::run_in_memory(study, ScriptedObjective(by_id));
    CHECK(log.in_stage(0).size() == 16);
    CHECK(log.in_stage(1) == Trials{4, 5, 6, 7, 12, 13, 14, 15});
    CHECK(log.in_stage(2) == Trials{6, 7, 14, 15});
    CHECK(log.in_stage(3) == Trials{7, 15});
    for (std::int32_t rung = 0; rung < 4; ++rung) {
        CHECK(log.at(15, rung).budget == 1 << rung);
        CHECK(log.at(15, rung).first_seed == 0);
        CHECK(log.at(15, rung).seeds == 2);
    }
    CHECK(finalists(log) == Trials{7, 15});
    const ScriptedObjective equal([](const Job&, std::int64_t) { return 1.0; });
    CHECK(test::run_in_memory(study, equal).in_stage(1) == Trials{0, 1, 2, 3, 8, 9, 10, 11});
}

TEST_CASE("a larger budget counts for more than a better score", "[scheduler]") {
    Study study = small_study("halving", 8, 8);
    study.budget = 4, study.min_budget = 1;
    // The best with a small budget is the worst with a large one.
    const ScriptedObjective objective([](const Job& job, std::int64_t) {
        return static_cast<double>(job.trial) * (job.budget == 1 ? 100 : -1);
    });
    const MemoryLog log = test::run_in_memory(study, objective);
    CHECK(log.in_stage(1) == Trials{4, 5, 6, 7});
    CHECK(log.in_stage(2) == Trials{4, 5});
    CHECK(finalists(log) == Trials{4, 5});
}

TEST_CASE("the least budget left to be found makes four rungs", "[scheduler]") {
    for (const double eta : {2.0, 3.0, 2.5}) {
        for (const double budget : {100.0, 500.0, 1000.0, 81.0}) {
            Study study = small_study("halving", 64, 64);
            study.budget = budget, study.eta = eta;
            const ScriptedObjective objective(by_id);
            resolve(study, objective);
            CAPTURE(eta, budget, study.min_budget);
            const MemoryLog log = test::run_in_memory(study, objective);
            CHECK_FALSE(log.in_stage(3).empty());
            CHECK(log.in_stage(4).empty());
            CHECK(log.at(63, 3).budget == budget);
        }
    }
}

TEST_CASE("hyperband begins with fewer trials and more budget each time", "[scheduler]") {
    Study study = small_study("hyperband", 40, 8);
    study.budget = 4, study.min_budget = 1;
    // Rungs 1, 2, 4: 8 from the first, 8 * 3 / 2 / 2 from the second, 8 * 3 / 1 / 4 at the last.
    const MemoryLog log = test::run_in_memory(study, ScriptedObjective(by_id));
    const auto first = [&](std::int64_t trial) { return log.at(trial).budget; };
    CHECK(first(0) == 1);
    CHECK(first(7) == 1);
    CHECK(first(8) == 2);
    CHECK(first(13) == 2);
    CHECK(first(14) == 4);
    CHECK(first(19) == 4);
    CHECK(first(20) == 1);
    CHECK(log.at(20).generation == 3);
    CHECK(log.in_stage(1) == Trials{4, 5, 6, 7, 11, 12, 13, 24, 25, 26, 27, 31, 32, 33});
    CHECK(log.in_stage(2) == Trials{6, 7, 26, 27});
    CHECK(log.at(13, 1).budget == 4);
}

TEST_CASE("samplers are shown losses, or ranks where budgets differ", "[scheduler]") {
    Study study = small_study("racing", 8, 4);
    study.budget = 10;
    const auto contender = [](std::int64_t trial, std::vector<double> scores, double budget = 10) {
        Contender c;
        c.budget = budget;
        c.trial = trial, c.values = {0.25 * static_cast<double>(trial)};
        c.scores = std::move(scores);
        if (c.scores.empty()) c.state = TrialState::diverged;
        return c;
    };
    History history(study);
    history.add({0, 0, 2}, std::vector{contender(0, {3, 5}), contender(1, {6, 6})});
    const auto shown = [&] {
        const Observations seen = history.seen();
        return std::vector(seen.losses.begin(), seen.losses.end());
    };
    CHECK(shown() == std::vector<double>{-4, -6});  // negated because it is maximized
    history.add({1, 2, 2}, std::vector{contender(2, {9}), contender(3, {})});
    // Fewer seeds do not change the measure.
    CHECK(shown() == std::vector<double>{-4, -6, -9, INFINITY});
    // Trial 4 has the highest score, but with half of the budget.
    history.add({2, 4, 1}, std::vector{contender(4, {20}, 5)});
    CHECK(shown() == std::vector<double>{2, 1, 0, INFINITY, 3});
    const Observations seen = history.seen();
    CHECK(std::vector(seen.units.begin(), seen.units.end()) ==
          std::vector<double>{0, 0.25, 0.5, 0.75, 1});
    REQUIRE(seen.before.size() == 3);
    CHECK(seen.before[1].first == 2);
    REQUIRE(history.best().size() == 2);
    CHECK(history.best()[0].trial == 1);
    CHECK(history.best()[1].trial == 0);
}

TEST_CASE("schedulers that share out a budget need one", "[scheduler]") {
    const ScriptedObjective objective(by_id);
    for (const char* scheduler : {"halving", "hyperband"}) {
        CHECK_THAT(
            plan_fault(small_study(scheduler, 8, 8), objective),
            ContainsSubstring("shares out a budget") && ContainsSubstring("full and racing"));
    }
    CHECK(plan_fault(small_study("racing", 8, 8), objective) == "none");
    CHECK(plan_fault(small_study("halfing", 8, 8), objective).find("did you mean 'halving'") !=
          std::string::npos);
    Study unknown = small_study("full", 8, 8);
    unknown.sampler = "rnadom";
    CHECK_THAT(plan_fault(unknown, objective), ContainsSubstring("did you mean 'random'"));
}

TEST_CASE("a scheduler of one's own says who goes on", "[scheduler]") {
    register_scheduler("above-mean", [](const Study& study) {
        return std::make_unique<Scripted>(study, Round{{0, 1, 2, 3}, 0, 1, study.budget});
    });
    CHECK_THAT(lockstep::test::fault_of([] { register_scheduler("above-mean", {}); }),
               ContainsSubstring("'above-mean': it is registered already"));
    Study study = small_study("above-mean", 8, 8);
    study.budget = 10, study.tuning_seeds = 5;
    const ScriptedObjective objective([](const Job& job, std::int64_t) {
        return job.trial == 3 ? std::nan("") : static_cast<double>(job.trial);
    });
    const MemoryLog log = test::run_in_memory(study, objective);
    CHECK(log.in_stage(0) == Trials{0, 1, 2, 3, 4, 5, 6, 7});
    CHECK(log.at(4).generation == 1);
    CHECK(log.at(3).state == TrialState::not_finite);
    CHECK(log.in_stage(1) == Trials{1, 2, 6, 7});  // above 3 / 4, and above 22 / 4
    CHECK(log.at(7, 1).first_seed == 1);
    CHECK(log.at(7, 1).seeds == 4);
    CHECK(finalists(log) == Trials{6, 7});
    CHECK(plan_study(study, objective).generations == 2);
}

TEST_CASE("a scheduler that asks for what cannot be is refused", "[scheduler]") {
    CHECK(scripted_fault({{0, 1}, 0, 1, 10}) == "none");
    for (const auto& [round, words] : {
             std::pair(Round{{0, 4}, 0, 1, 10}, "trial 4: allowed each of 0 to 3, once"),
             std::pair(Round{{2, 2}, 0, 1, 10}, "trial 2: allowed each of 0 to 3, once"),
             std::pair(Round{{0}, 0, 3, 10}, "seeds 0 to 2: allowed 0 to 1"),
             std::pair(Round{{0}, -1, 1, 10}, "seeds -1 to -1: allowed 0 to 1"),
             std::pair(Round{{0}, 2, 1, 10}, "seeds 2 to 2: allowed 0 to 1"),
             std::pair(Round{{0}, 0, 0, 10}, "seeds 0 to -1: allowed 0 to 1"),
             std::pair(Round{{0}, 0, 1, 11}, "budget = 11: allowed from 1 to 10"),
             std::pair(Round{{0}, 0, 1, 0.5}, "budget = 0.5: allowed from 1 to 10"),
             std::pair(Round{{0}, 0, 1, std::nan("")}, "budget = nan: allowed from 1 to 10"),
         }) {
        CHECK_THAT(scripted_fault(round),
                   ContainsSubstring("round 0 of generation 0: ") && ContainsSubstring(words));
    }
    CHECK_THAT(scripted_fault({{0}, 0, 1, 10}, 0),
               ContainsSubstring("generation 0: 0 trials: allowed 1 and more"));
}

}  // namespace lockstep::sweep
