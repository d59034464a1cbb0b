// lockstep replay STORE TRIAL: runs a trial again, and compares the results bit for bit.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>

#include <lockstep/statistics.hpp>

#include "agents/sweep/objectives/registry.hpp"
#include "agents/sweep/run/run_study.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/store/store.hpp"
#include "tools/sweep/rows.hpp"
#include "tools/sweep/session.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace sweep {
namespace {

struct ReplayTexts {
    std::string store, trial;
};

constexpr std::string_view trial_words[] = {"default"};  // besides numbers

Options options(ReplayTexts& texts) {
    return {required({"STORE", texts.store, "the store of a sweep", Values::file}),
            required({"TRIAL", texts.trial, "the trial's number, or `default`", trial_words})};
}

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

// A row that breaks a constraint is not run.
Outcome run(const Study& study, const Objective& objective, const TrialRow& row, int threads) {
    if (!study.space.allows(row.values)) return infeasible(study.space, row.values);
    Outcome outcome;
    const Job job{row.trial, row.values, row.role, row.first_seed, row.seeds, row.budget, {}};
    objective.evaluate({&job, 1}, {.threads = threads},
                       [&](std::int64_t, Outcome&& made) { outcome = std::move(made); });
    return outcome;
}

// Stands in for a store that has all its rows except one trial's, and receives those anew.
class WithoutTrial final : public TrialLog {
public:
    struct Complete {};  // thrown by append() when there is nothing left to run

    WithoutTrial(Store& store, std::span<const TrialRow> rows) : store_(store), rows_(rows) {}

    // Loads rows without states, so that the trial's learners start from nothing.
    void load(const std::function<void(TrialRow&&)>& each) override {
        store_.load([&](TrialRow&& row) {
            row.state_bytes.clear();
            if (row.trial != rows_.front().trial) each(std::move(row));
        });
    }
    void append(std::vector<TrialRow>&& rows) override {
        for (TrialRow& row : rows) {
            if (row.trial == rows_.front().trial) again_.push_back(std::move(row));
        }
        if (again_.size() >= rows_.size()) throw Complete{};
    }
    void sync() override {}

    // The outcome of running a row again; failed if it was not run.
    Outcome outcome(const TrialRow& row) const {
        const auto found = std::ranges::find_if(again_, [&](const TrialRow& again) {
            return again.role == row.role && again.stage == row.stage;
        });
        if (found == again_.end()) return {TrialState::failed, {}, 0, "not run again", {}};
        return {found->state, found->scores, found->steps, found->message, {}};
    }

private:
    Store& store_;
    const std::span<const TrialRow> rows_;
    std::vector<TrialRow> again_;
};

// Learners that continued from others cannot be run alone: only the study knows their parents.
std::vector<Outcome> run_in_population(const Study& study, const Objective& objective, Store& store,
                                       std::span<const TrialRow> rows, int threads) {
    WithoutTrial log(store, rows);
    try {
        run_study(study, objective, log, {.evaluate = {.threads = threads}});
    } catch (const WithoutTrial::Complete&) {
    }
    std::vector<Outcome> outcomes;
    for (const TrialRow& row : rows) outcomes.push_back(log.outcome(row));
    return outcomes;
}

std::vector<Outcome> run_again(const Study& study, Store& store, std::span<const TrialRow> rows,
                               int threads) {
    const auto objective = make_objective(study);
    if (study.scheduler == "pbt") return run_in_population(study, *objective, store, rows, threads);
    std::vector<Outcome> outcomes;
    for (const TrialRow& row : rows) outcomes.push_back(run(study, *objective, row, threads));
    return outcomes;
}

void print(const ReplayTexts& texts, const Study& study, std::span<const Replayed> all, bool same,
           bool json) {
    const TrialRow& first = all.front().row;
    if (json) {
        Json rows = Json::array();
        for (const Replayed& one : all) {
            rows.push_back(row_json(study, one.row));
            rows.back()["replayed_scores"] = one.outcome.scores;
            rows.back()["same_bits"] = one.same();
        }
        return print_json(
            {{"store", texts.store}, {"trial", first.trial}, {"same_bits", same}, {"rows", rows}});
    }
    fmt::print("trial {} of {}: {}\n", texts.trial, texts.store,
               values_json(study.space, first.values).dump());
    for (const Replayed& one : all) {
        const std::string shown = one.outcome.scores.empty()
                                      ? name(one.outcome.state)
                                      : fmt::format("{:.17g}", mean(one.outcome.scores));
        fmt::print("  {} stage {}: {}, {}\n", name(one.row.role), one.row.stage, shown,
                   one.same() ? "the same bits" : "OTHER BITS than the store's");
    }
}

void replay(const ReplayTexts& texts, const Common& common, Faults& faults) {
    auto store = faults.attempt([&] { return Store::read(texts.store); });
    const bool is_default = texts.trial == trial_words[0];
    const auto trial =
        is_default ? default_trial
                   : static_cast<std::int64_t>(faults.whole(
                         "TRIAL", texts.trial, 0, std::numeric_limits<std::int64_t>::max()));
    faults.raise();
    const Study study = study_of(**store, texts.store);
    std::vector<TrialRow> rows = rows_of(**store, trial);
    if (rows.empty())
        throw ConfigError(
            fmt::format("TRIAL = '{}': {} has no rows of it", texts.trial, texts.store));
    std::vector<Outcome> outcomes = run_again(study, **store, rows, common.threads);
    std::vector<Replayed> all;
    for (std::size_t i = 0; i < rows.size(); ++i)
        all.push_back({std::move(rows[i]), std::move(outcomes[i])});
    const bool same = std::ranges::all_of(all, &Replayed::same);
    print(texts, study, all, same, common.json);
    if (!same)
        throw std::runtime_error(
            "the trial did not replay: the store is of another version or machine");
}

}  // namespace
}  // namespace sweep

Verb replay_verb() {
    return {"replay", "run a trial of a sweep again, and compare bit for bit",
            call<sweep::ReplayTexts, sweep::options, sweep::replay>};
}

}  // namespace lockstep
