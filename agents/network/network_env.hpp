// What learners with networks play in: an environment's kernels, the network kernels, and test
// episodes of finished networks.
//
// Must not:  know how networks learn.
// Invariant: a network's score is a function of its parameters, its seed and the episode's number.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/detail/block/lane_worlds.hpp>

#include "agents/lanes/learner_keys.hpp"
#include "agents/lanes/owned_lane_worlds.hpp"
#include "agents/network/network_actor.hpp"
#include "engine/environments/shared_worlds.hpp"
#include "engine/machine/library_kernels.hpp"

namespace lockstep {

template <class Real>
class NetworkEnv {
public:
    // Throws ConfigError for an unknown environment or setting, and for an environment with too
    // many states to observe one by one or with actions of several kinds.
    explicit NetworkEnv(const TrainConfig& config);

    const Kernels<Real>& play() const { return play_; }
    const NetworkKernels<Real>& networks() const { return networks_; }
    const Worlds<Real>& worlds() const { return worlds_.view(); }
    const WorldSettings& settings() const { return worlds_.settings(); }
    int inputs() const { return inputs_; }
    ActionShape action_shape() const { return {actions_, !bounds_.low.empty()}; }
    int actions() const { return actions_; }
    const ActionBounds<Real>& bounds() const { return bounds_; }
    // Throws ConfigError if actions are continuous, for an agent that chooses among a few.
    void require_choice(std::string_view agent) const;

    OwnedLaneWorlds<Real> make_worlds() const {
        return OwnedLaneWorlds<Real>(play_.state_types.count);
    }
    // Puts world `id` of these streams into a lane, before its first episode.
    static void give_lane(LaneWorlds<Real>& worlds, int lane, const LearnerKeys& keys,
                          std::uint32_t id);

    // The returns of `episodes` test episodes of one network with [parameter] numbers, each the
    // first of its environment. Greedy: the most probable action, or the mean. Returns nothing if
    // `stop` comes first.
    std::vector<double> test(const NetworkShape& shape, ActionOutputs outputs,
                             std::span<const Real> parameters, bool greedy, std::uint64_t seed,
                             std::int64_t episodes, const std::stop_token& stop) const;

private:
    const Kernels<Real>& play_;
    const NetworkKernels<Real>& networks_;
    SharedWorlds<Real> worlds_;
    ActionBounds<Real> bounds_;
    std::string env_;
    int inputs_, actions_;
};

}  // namespace lockstep
