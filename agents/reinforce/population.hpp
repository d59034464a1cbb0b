// Many REINFORCE learners, one per lane: a lane whose learner is done takes the next one.
//
// Must not:  know how a learner learns, or what becomes of results.
// Invariant: a learner gives the same bits alone and among others, on any number of threads.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "agents/network/network_env.hpp"
#include "agents/reinforce/lanes.hpp"
#include "engine/machine/parallel.hpp"

namespace lockstep {

// A learner that is done or stopped. The spans live as long as the call that hands them over.
template <class Real>
struct TrainedNetwork {
    std::int64_t learner;
    std::span<const Real> parameters;  // of the policy
    std::span<const Real> returns;     // of its episodes
    std::span<const std::byte> state;  // to continue from
    std::int64_t steps;                // played by the learner
    LearnerStage stage;                // failed: weights not finite; step limit: max_steps reached
};

// One logit speaks for two actions.
constexpr int policy_outputs(ActionShape actions) {
    return actions.count == 2 && !actions.continuous ? 1 : actions.count;
}

template <class Real>
class ReinforcePopulation {
public:
    // Throws ConfigError as NetworkEnv and make_shape do.
    ReinforcePopulation(const TrainConfig& config, const ReinforceSettings& settings);

    // Throws ConfigError as learn() does, and where config.max_steps stops every learner.
    void check(std::span<const ReinforceSettings> settings) const;

    // Trains settings.size() learners, or `learners` with the same settings if `settings` has one
    // element; learner i has learner_seed(config, i). They share the structure of the constructor's
    // settings, and may differ in numbers. `resume` holds a state per learner, or nothing. Each
    // learner is handed over from any thread when it is done or where config's stop finds it,
    // except those that have not begun or had failed. Throws ConfigError for settings that do not
    // fit each other.
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
