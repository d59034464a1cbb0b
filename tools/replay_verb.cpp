// lockstep replay STORE TRIAL: runs a trial again, and compares bit for bit.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>
#include <stdexcept>

#include <lockstep/agents/statistics.hpp>
#include <lockstep/agents/sweep/objective.hpp>
#include <lockstep/tools/output.hpp>
#include <lockstep/tools/store/store.hpp>
#include <lockstep/tools/sweep/rows.hpp>
#include <lockstep/tools/verb.hpp>

namespace lockstep {
namespace sweep {
namespace {

struct ReplayTexts {
    std::string store, trial;
};

bool same_bits(std::span<const double> a, std::span<const double> b) {
    return std::ranges::equal(a, b, [](double x, double y) {
        return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
    });
}

struct Replayed {
    TrialRow row;
    Outcome outcome;

    bool same() const {
        return row.state == outcome.state && row.steps == outcome.steps &&
               row.message == outcome.message && same_bits(row.scores, outcome.scores);
    }
};

std::vector<TrialRow> rows_of(Store& store, std::int64_t trial) {
    std::vector<TrialRow> rows;
    store.load([&](TrialRow&& row) {
        if (row.trial == trial) rows.push_back(std::move(row));
    });
    return rows;
}

// What breaks a constraint is not run.
Outcome run(const Study& study, const Objective& objective, const TrialRow& row, int threads) {
    Outcome outcome{TrialState::infeasible, {}, 0, {}, {}};
    if (!study.space.allows(row.values)) return outcome;
    const Job job{row.trial, row.values, row.role, row.first_seed, row.seeds, row.budget, {}};
    objective.evaluate({&job, 1}, {.threads = threads},
                       [&](std::int64_t, Outcome&& made) { outcome = std::move(made); });
    return outcome;
}

void replay(const ReplayTexts& texts, const Common& common, Faults& faults) {
    auto store = faults.attempt([&] { return Store::read(texts.store); });
    const bool is_default = texts.trial == "default";
    const auto trial =
        is_default ? default_trial
                   : static_cast<std::int64_t>(faults.whole(
                         "TRIAL", texts.trial, 0, std::numeric_limits<std::int64_t>::max()));
    faults.raise();
    const Study study = read_canonical((*store)->study().config);
    const auto objective = make_objective(study);
    std::vector<Replayed> all;
    for (TrialRow& row : rows_of(**store, trial)) {
        Outcome outcome = run(study, *objective, row, common.threads);
        all.push_back({std::move(row), std::move(outcome)});
    }
    if (all.empty())
        throw ConfigError(
            fmt::format("TRIAL = '{}': {} has no rows of it", texts.trial, texts.store));
    const bool same = std::ranges::all_of(all, &Replayed::same);
    if (common.json) {
        Json rows = Json::array();
        for (const Replayed& one : all) {
            rows.push_back(row_json(study, one.row));
            rows.back()["replayed_scores"] = one.outcome.scores;
            rows.back()["same_bits"] = one.same();
        }
        print_json({{"store", texts.store}, {"trial", trial}, {"same_bits", same}, {"rows", rows}});
    } else {
        fmt::print("trial {} of {}: {}\n", texts.trial, texts.store,
                   values_json(study.space, all.front().row.values).dump());
        for (const Replayed& one : all) {
            const std::string shown = one.outcome.scores.empty()
                                          ? name(one.outcome.state)
                                          : fmt::format("{:.17g}", mean(one.outcome.scores));
            fmt::print("  {} stage {}: {}, {}\n", name(one.row.role), one.row.stage, shown,
                       one.same() ? "the same bits" : "OTHER BITS than the store's");
        }
    }
    if (!same)
        throw std::runtime_error(
            "the trial did not replay: the store is of another version or machine");
}

}  // namespace
}  // namespace sweep

const Verb replay_verb{
    "replay", "run a trial of a sweep again, and compare bit for bit",
    [](CLI::App& app) -> RunVerb {
        auto texts = std::make_shared<sweep::ReplayTexts>();
        app.add_option("STORE", texts->store, "the store of a sweep")->required();
        app.add_option("TRIAL", texts->trial, "the trial's number, or `default`")->required();
        return [texts](const Common& common, Faults& faults) {
            sweep::replay(*texts, common, faults);
        };
    }};

}  // namespace lockstep
