// lockstep sweep FILE: runs a hyperparameter search into a store, or shows what it would do.

#include <fmt/format.h>

#include <memory>

#include "agents/sweep/objectives/registry.hpp"
#include "agents/sweep/run/estimate.hpp"
#include "agents/sweep/study/check.hpp"
#include "agents/sweep/study/file.hpp"
#include "engine/environments/config.hpp"
#include "engine/text/json.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/store/store.hpp"
#include "tools/sweep/report.hpp"
#include "tools/sweep/rows.hpp"
#include "tools/sweep/session.hpp"
#include "tools/sweep/store_paths.hpp"
#include "tools/sweep/warm_start.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace sweep {
namespace {

struct SweepTexts {
    std::string file, time;
    std::optional<std::string> store;
    std::string chunk = "0";
    bool check = false, force = false;
};

Options options(SweepTexts& texts) {
    return {required({"FILE", texts.file, "the study, as TOML", Values::file}),
            {"--store", texts.store, "the store (FILE with .db in place of .toml)", Values::file},
            {"--force", texts.force,
             "replace a store of another study, and a report that is not its own"},
            {"--chunk", texts.chunk,
             "trials that share a population at most; 0: as fits. Changes only the time"},
            {"--time", texts.time,
             "end tuning and score the finalists within about this, as 90s, 10m or 2h; the same "
             "command goes on"},
            {"--check", texts.check, "print the plan, and run nothing"}};
}

std::string levels_text(const Space& space, const std::string& name) {
    const SearchParameter& p = space[space.find(name)];
    return p.discrete() ? fmt::format("  {} values", p.levels()) : "";
}

void print_check(const Study& study, const StudyPlan& plan, const CostEstimate& cost, bool json) {
    const Json document = parse_json(canonical_text(study));
    if (json) {
        Json report = document;
        report["trials"] = plan.trials;
        report["generations"] = plan.generations;
        report["learners"] = plan.learners;
        report["estimated_env_steps"] = cost.steps;
        report["estimated_seconds"] = cost.seconds;
        return print_json(report);
    }
    fmt::print("{} on {}: sampler {}, scheduler {}\n", study.agent, study.env, study.sampler,
               study.scheduler);
    fmt::print("  {}  {}\n", study.maximizes() ? "maximize" : "minimize", score_meaning(study));
    if (study.target) fmt::print("  target    {}\n", *study.target);
    for (const auto& [name, range] : document["space"].items())
        fmt::print("  {:<20}{}{}\n", name, range.dump(), levels_text(study.space, name));
    for (const auto& [name, value] : study.set) fmt::print("  {:<20}= {}\n", name, value);
    fmt::print("  trials    {} in {} generations\n", grouped(plan.trials),
               grouped(plan.generations));
    fmt::print("  learners  {:.0f} whole budgets at most, with those of validation and test\n",
               plan.learners);
    fmt::print(
        "  steps     about {:.3g}, {:.3g} s here: from a short probe of random configurations\n",
        cost.steps, cost.seconds);
}

// The path of the store, with faults if it or a file that belongs to it must not be written.
std::string check_paths(const SweepTexts& texts, const Study& study, Faults& faults) {
    std::string store = texts.store ? *texts.store : default_store(texts.file);
    check_store_name(store);
    Paths paths;
    add_study_inputs(paths, study, texts.file);
    add_store_output(paths, "--store", store, study, texts.force);
    paths.check(faults);
    return store;
}

void sweep_file(const SweepTexts& texts, const Common& common, Faults& faults) {
    const auto chunk =
        static_cast<std::int64_t>(faults.whole("--chunk", texts.chunk, 0, 1'000'000));
    std::optional<double> seconds;
    if (!texts.time.empty())
        seconds = std::chrono::duration<double>(faults.duration("--time", texts.time)).count();
    auto study = faults.attempt([&] { return read_study_file(texts.file); });
    std::string store;
    if (study && !texts.check) faults.collect([&] { store = check_paths(texts, *study, faults); });
    if (study) faults.collect([&] { load_prior(*study, store); });
    std::unique_ptr<Objective> objective;
    std::optional<StudyPlan> plan;
    if (study) {
        study->seed = common.seed.value_or(study->seed);
        faults.collect([&] { objective = make_objective(*study); });
    }
    if (study && !objective) {
        study->min_budget = 0;  // the budget to compare with may be the agent's
        faults.collect([&] { check(*study); });
    }
    if (objective) {
        resolve(*study, *objective);
        plan = faults.attempt([&] { return plan_study(*study, *objective); });
    }
    faults.raise();
    if (texts.check) {
        return print_check(*study, *plan, estimate(*study, *objective, *plan, common.threads),
                           common.json);
    }
    print_session(*study,
                  run_session(*study, *objective, store, common, {chunk, texts.force, seconds}),
                  store, common.json);
}

}  // namespace
}  // namespace sweep

Verb sweep_verb() {
    return {"sweep", "search hyperparameters, into a store that a second run resumes",
            call<sweep::SweepTexts, sweep::options, sweep::sweep_file>};
}

}  // namespace lockstep
