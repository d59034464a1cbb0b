// The results of a population's learners as they come in.
//
// Must not:  know how they learnt.
// Invariant: what comes out does not depend on the order in which learners finish.
#pragma once

#include <atomic>
#include <utility>

#include <lockstep/agents/statistics.hpp>
#include <lockstep/agents/tabular/population.hpp>
#include <lockstep/agents/windows.hpp>
#include <lockstep/engine/hash.hpp>

namespace lockstep {

// The words of TestPolicy, as agents' parameters take them.
inline constexpr const char* test_policies[] = {"greedy", "exploration"};

// add() may be called from any thread, once a learner.
template <class Real>
class Gathered {
public:
    Gathered(const Population<Real>& population, const TabularSettings& settings,
             std::int64_t learners, std::int64_t checkpoints)
        : population_(population),
          settings_(settings),
          ends_(checkpoint_ends(settings.episodes, checkpoints)),
          hashes_(static_cast<std::size_t>(learners)) {
        result_.tables.resize(hashes_.size());
        result_.test_scores.resize(hashes_.size());
        for (const std::int64_t end : ends_)
            result_.curve.push_back({end, std::vector<double>(hashes_.size())});
        result_.curve_unit = "episodes";
        result_.curve_meaning = "mean return since the last checkpoint";
    }

    void add(std::int64_t learner, std::span<const Real> table, std::span<const Real> returns,
             std::span<const double> test) {
        const auto i = static_cast<std::size_t>(learner);
        Hash hash;
        hash.add(table);
        hash.add(returns);
        hashes_[i] = hash.value();
        result_.tables[i] = learnt(table);
        if (!test.empty()) result_.test_scores[i] = mean(test);
        if (hashes_.size() == 1) result_.test_scores.assign(test.begin(), test.end());
        const std::vector<double> means = window_means(returns, ends_);
        if (means.size() < ends_.size()) incomplete_ = true;
        for (std::size_t k = 0; k < means.size(); ++k) result_.curve[k].values[i] = means[k];
    }

    TrainResult finish(const LaneSteps& steps) {
        Hash hash;
        hash.add(std::span<const std::uint64_t>(hashes_));
        result_.hash = hash.value();
        result_.env_steps = steps.useful;
        result_.lane_steps = steps.lanes;
        if (incomplete_) result_.curve.clear();
        return std::move(result_);
    }

private:
    // The mean of both, of two tables.
    LearntTable learnt(std::span<const Real> table) const {
        LearntTable learnt{population_.states(), population_.actions(), settings_.initial, {}, {}};
        const auto size = static_cast<std::size_t>(learnt.states * learnt.actions);
        for (std::size_t k = 0; k < size; ++k) {
            double value = table[k];
            if (table.size() > size) value = (value + table[size + k]) / 2;
            if (value == static_cast<Real>(settings_.initial)) continue;
            learnt.at.push_back(static_cast<std::uint32_t>(k));
            learnt.values.push_back(value);
        }
        return learnt;
    }

    const Population<Real>& population_;
    const TabularSettings& settings_;
    const std::vector<std::int64_t> ends_;  // of the curve's windows
    std::vector<std::uint64_t> hashes_;
    TrainResult result_;
    std::atomic<bool> incomplete_ = false;  // steps ran out first: checkpoints lack episodes
};

}  // namespace lockstep
