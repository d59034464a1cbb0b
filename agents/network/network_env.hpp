// What learners with networks play in: an environment's kernels, the network kernels, and test
// episodes of finished networks.
//
// Must not:  know how networks learn.
// Invariant: what a network scores is a function of its parameters, its seed and the number of the
//            episode.
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
#include "engine/machine/network_kernels.hpp"

namespace lockstep {

template <class Real>
class NetworkEnv {
public:
    // Throws ConfigError: unknown environment or settings, one whose states are too many to be seen
    // one by one, or whose actions are of several kinds.
    explicit NetworkEnv(const TrainConfig& config);

    const Kernels<Real>& play() const { return play_; }
    const NetworkKernels<Real>& networks() const { return networks_; }
    const Worlds<Real>& worlds() const { return worlds_.view(); }
    const WorldSettings& settings() const { return worlds_.settings(); }
    int inputs() const { return inputs_; }
    ActionShape action_shape() const { return {actions_, !bounds_.low.empty()}; }
    int actions() const { return actions_; }
    const ActionBounds<Real>& bounds() const { return bounds_; }
    // Throws ConfigError where actions are continuous, for an agent that chooses one of a few.
    void require_choice(std::string_view agent) const;

    OwnedLaneWorlds<Real> make_worlds() const {
        return OwnedLaneWorlds<Real>(play_.state_types.count);
    }
    // World `id` of these streams in a lane, before its first episode.
    static void give_lane(LaneWorlds<Real>& worlds, int lane, const LearnerKeys& keys,
                          std::uint32_t id);

    // What `episodes` test episodes return, each the first of its world, of one network with
    // [parameter] numbers. Greedy: the most probable action, or the mean. Nothing where `stop`
    // comes before.
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
