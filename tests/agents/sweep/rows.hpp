// Studies run in memory: a log that keeps rows, and an objective that follows a script.
//
// Must not:  know how studies are run.
// Invariant: a log never keeps a row twice, and returns rows in order of (trial, role, stage).
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <lockstep/sweep/objective.hpp>

#include "agents/sweep/run/run_study.hpp"
#include "tests/support/errors.hpp"

namespace lockstep::sweep::test {

// What a log with a full disk throws.
struct Full : std::runtime_error {
    Full() : std::runtime_error("no room") {}
};

class MemoryLog final : public TrialLog {
public:
    using Key = std::tuple<std::int64_t, Role, std::int32_t>;

    // Throws Full for every row after the first `room`.
    explicit MemoryLog(std::size_t room = ~std::size_t{0}) : room_(room) {}

    void load(const std::function<void(TrialRow&&)>& each) override {
        for (const auto& [key, row] : rows) each(TrialRow(row));
    }
    void append(std::vector<TrialRow>&& added) override {
        for (TrialRow& row : added) {
            if (rows.size() == room_) throw Full();
            const Key key{row.trial, row.role, row.stage};
            if (!rows.emplace(key, std::move(row)).second)
                throw std::logic_error("a row is logged twice");
        }
    }
    void load_set_aside(const std::function<void(TrialRow&&)>& each) override {
        for (const auto& [key, row] : aside) each(TrialRow(row));
    }
    void set_aside(std::span<const RowKey> out, std::span<const RowKey> back) override {
        move(out, rows, aside);
        move(back, aside, rows);
    }
    void sync() override { ++syncs; }

    const TrialRow& at(std::int64_t trial, std::int32_t stage = 0, Role role = Role::tuning) const {
        return rows.at({trial, role, stage});
    }
    // The trials that have a tuning row in this stage.
    std::vector<std::int64_t> in_stage(std::int32_t stage) const {
        std::vector<std::int64_t> trials;
        for (const auto& [key, row] : rows)
            if (row.role == Role::tuning && row.stage == stage) trials.push_back(row.trial);
        return trials;
    }

    std::map<Key, TrialRow> rows, aside;
    int syncs = 0;

private:
    static void move(std::span<const RowKey> keys, std::map<Key, TrialRow>& from,
                     std::map<Key, TrialRow>& to) {
        for (const RowKey& key : keys) {
            auto row = from.extract(
                Key{key.trial, static_cast<Role>(key.role), static_cast<std::int32_t>(key.stage)});
            if (row.empty()) throw std::logic_error("a row is moved that is not there");
            to.insert(std::move(row));
        }
    }
    std::size_t room_;
};

// Every bit of the rows except their states, which need not be kept.
inline std::string bytes(const std::map<MemoryLog::Key, TrialRow>& rows) {
    std::string all;
    const auto add = [&](auto value) {
        all.append(reinterpret_cast<const char*>(&value), sizeof value);
    };
    for (const auto& [key, row] : rows) {
        add(row.trial), add(row.role), add(row.stage), add(row.generation), add(row.state);
        add(row.budget), add(row.first_seed), add(row.seeds), add(row.steps);
        for (const double value : row.values) add(value);
        for (const double score : row.scores) add(score);
        all += row.message + '\n';
    }
    return all;
}

inline MemoryLog run_in_memory(const sweep::Study& study, const Objective& objective,
                               const EvaluateOptions& options = {.threads = 1}) {
    MemoryLog log;
    sweep::run_study(study, objective, log, {.evaluate = options});
    return log;
}

// The message of the refusal to plan a study, or "none".
inline std::string plan_fault(const sweep::Study& study, const Objective& objective) {
    return lockstep::test::fault_of([&] { plan_study(study, objective); });
}

// Scores follow a script; NaN stands for not finite. The state of a seed's learner is the list of
// trials that it went through.
class ScriptedObjective final : public Objective {
public:
    using Score = std::function<double(const Job& job, std::int64_t seed)>;

    explicit ScriptedObjective(Score score, double budget = 0)
        : score_(std::move(score)), budget_(budget) {}

    LaneSteps evaluate(std::span<const Job> jobs, const EvaluateOptions& options,
                       const Done& done) const override {
        for (std::size_t j = 0; j < jobs.size(); ++j) {
            ++evaluated;
            done(static_cast<std::int64_t>(j), outcome(jobs[j], options.keep_states));
        }
        return {std::ssize(jobs), std::ssize(jobs)};
    }
    double budget() const override { return budget_; }
    bool stochastic() const override { return true; }
    bool resumable() const override { return true; }
    bool tunable(int) const override { return true; }

    mutable std::atomic<std::int64_t> evaluated = 0;  // jobs

private:
    Outcome outcome(const Job& job, bool keep_states) const {
        Outcome outcome;
        for (std::int64_t s = 0; s < job.seeds; ++s) {
            outcome.scores.push_back(score_(job, job.first_seed + s));
            if (std::isnan(outcome.scores.back())) {
                return {TrialState::not_finite, {}, 0, {}, {}};
            }
            if (!keep_states) continue;
            LearnerState state;
            if (!job.from.empty()) state = job.from[static_cast<std::size_t>(s)];
            state.push_back(static_cast<std::byte>(job.trial));
            outcome.states.push_back(std::move(state));
        }
        outcome.steps = job.seeds * static_cast<std::int64_t>(std::max(1.0, job.budget));
        return outcome;
    }

    Score score_;
    double budget_;
};

}  // namespace lockstep::sweep::test
