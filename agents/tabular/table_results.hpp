// Collects the results of a population's learners as they come in.
//
// Must not:  know how they learned.
// Invariant: the result does not depend on the order in which learners finish.
#pragma once

#include <algorithm>
#include <utility>

#include <lockstep/agent.hpp>
#include <lockstep/evaluation.hpp>

#include "agents/agent/learning_curve.hpp"
#include "agents/lanes/lane_assigner.hpp"
#include "agents/tabular/population.hpp"
#include "engine/memory/hash.hpp"

namespace lockstep {

// add() may be called from any thread, once per learner. For a learner that is never handed in, the
// state is the one that it was to continue from, or says that it has not begun.
template <class Real>
class TableResults {
public:
    TableResults(const TrainConfig& config, const Population<Real>& population,
                 std::span<const TabularSettings> settings)
        : config_(config),
          population_(population),
          settings_(settings),
          ends_(checkpoint_ends(std::ranges::max(settings, {}, &TabularSettings::episodes).episodes,
                                settings[0].checkpoints)),
          learners_(static_cast<std::size_t>(learner_count(config))) {
        for (std::size_t i = 0; i < config.resume.size(); ++i) {
            learners_[i].head = head_of(config.resume[i]);
            learners_[i].state = config.resume[i];
            steps_before_ += learners_[i].head.record.steps;
        }
    }

    void add(const TrainedTable<Real>& finished) {
        Learner& one = learners_[static_cast<std::size_t>(finished.learner)];
        one.head = {finished.stage, {finished.steps, mean_of_all(finished.returns)}};
        one.state = make_state(one.head, finished.state);
        if (!has_learnt(finished.stage)) return;
        Hash hash;
        hash.add(finished.table);
        hash.add(finished.returns);
        one.hash = hash.value();
        one.table = learnt(finished.table, settings_of(settings_, finished.learner).initial_value);
        one.curve = window_means(finished.returns, ends_);
        // For many learners, only the mean is kept: the returns would take much memory and are not
        // needed.
        one.scores = finished.test;
        if (learners_.size() > 1 && !one.scores.empty()) one.scores = {mean(one.scores)};
    }

    TrainResult finish(const LaneSteps& steps) {
        Hash hash;
        for (const Learner& one : learners_) hash.mix(one.hash);
        TrainResult result;
        result.hash = hash.value();
        result.env_steps_before = steps_before_;
        result.lane_steps = steps.lanes;
        result.curve_unit = "episodes";
        result.curve_meaning = "mean return since the last checkpoint";
        add_curve(result);
        std::vector<std::vector<double>> scores;
        for (Learner& one : learners_) {
            add_learner(result, one.head);
            result.stopped |= one.head.stage == LearnerStage::finished && one.scores.empty() &&
                              config_.test_episodes > 0;
            if (one.state.empty()) one.state = make_state(one.head);
            if (config_.keep_states) result.states.push_back(std::move(one.state));
            result.tables.push_back(std::move(one.table));
            scores.push_back(std::move(one.scores));
        }
        if (!result.stopped) result.test_scores = scores_of(config_, scores);
        return result;
    }

private:
    struct Learner {
        std::uint64_t hash = 0;
        LearntTable table;
        std::vector<double> curve, scores;
        StateHead head;
        LearnerState state;
    };

    // Of two tables, their mean.
    LearntTable learnt(std::span<const Real> table, double initial) const {
        LearntTable learnt{population_.states(), population_.actions(), initial, {}, {}};
        const auto size = static_cast<std::size_t>(learnt.states * learnt.actions);
        for (std::size_t k = 0; k < size; ++k) {
            double value = table[k];
            if (table.size() > size) value = (value + table[size + k]) / 2;
            if (value == static_cast<Real>(initial)) continue;
            learnt.index.push_back(static_cast<std::uint32_t>(k));
            learnt.values.push_back(value);
        }
        return learnt;
    }
    // Adds no curve if some learner's steps or episodes ran out before all checkpoints were
    // reached.
    void add_curve(TrainResult& result) const {
        const auto lacks = [&](const Learner& one) {
            return !is_lost(one.head.stage) && one.curve.size() < ends_.size();
        };
        if (std::ranges::any_of(learners_, lacks)) return;
        for (std::size_t k = 0; k < ends_.size(); ++k) {
            std::vector<double> values;
            for (const Learner& one : learners_)
                if (!is_lost(one.head.stage)) values.push_back(one.curve[k]);
            result.curve.push_back({ends_[k], std::move(values)});
        }
    }

    const TrainConfig& config_;
    const Population<Real>& population_;
    const std::span<const TabularSettings> settings_;
    const std::vector<std::int64_t> ends_;  // of the curve's windows
    std::vector<Learner> learners_;
    std::int64_t steps_before_ = 0;
};

}  // namespace lockstep
