// Many REINFORCE learners, one a lane: a lane whose learner is done takes the next one.
//
// Must not:  know how a learner learns, or what becomes of results.
// Invariant: a learner gives the same bits alone and in the crowd, on any number of threads.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "agents/network/network_env.hpp"
#include "agents/reinforce/lanes.hpp"
#include "engine/machine/parallel.hpp"

namespace lockstep {

// One learner when it is done, or stops. The spans live as long as the call that hands them over.
template <class Real>
struct TrainedNetwork {
    std::int64_t learner;
    std::span<const Real> parameters;  // of the policy
    std::span<const Real> returns;     // of its episodes
    std::span<const std::byte> state;  // to go on from
    std::int64_t steps;                // that it has played
    LearnerStage
        stage;  // failed: its weights stopped being finite; step limit: it reached max_steps
};

// One logit speaks for two actions.
constexpr int policy_outputs(ActionShape actions) {
    return actions.count == 2 && !actions.continuous ? 1 : actions.count;
}

template <class Real>
class ReinforcePopulation {
public:
    // Throws ConfigError as NetworkWorld and make_shape do.
    ReinforcePopulation(const TrainConfig& config, const ReinforceSettings& settings);

    // Throws ConfigError as learn() does, and where config.max_steps stops every learner.
    void check(std::span<const ReinforceSettings> settings) const;

    // Trains settings.size() learners, or `learners` with the same settings where there is one
    // element; learner i has learner_seed(config, i). They share the structure that the constructor
    // was given, and may differ in numbers. `resume` holds a state for each learner, or nothing.
    // Hands each over when it is done, or where config's stop finds it, from any thread; not those
    // that have not begun, or had failed. Throws ConfigError for settings that do not fit each
    // other.
    LaneSteps learn(std::span<const ReinforceSettings> settings, std::int64_t learners,
                    std::span<const LearnerState> resume,
                    const std::function<void(const TrainedNetwork<Real>&)>& done,
                    const ProgressCallback& progress) const;

private:
    const TrainConfig config_;
    NetworkEnv<Real> world_;
    Workers workers_;
    ReinforceStructure structure_;
};

}  // namespace lockstep
