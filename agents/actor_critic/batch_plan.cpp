
#include "agents/actor_critic/batch_plan.hpp"

#include <algorithm>

#include <lockstep/error.hpp>

#include "agents/actor_critic/progress.hpp"
#include "engine/memory/memory.hpp"

namespace lockstep {
namespace {

// Worlds per block: enough that a loaded weight serves many, few enough that a step's layers stay
// in a core's cache.
constexpr std::int64_t max_columns = 256;

void check_settings(const ActorCriticSettings& s) {
    check_steps(s);
    if (s.residual)
        throw ConfigError(
            "residual = true: a batched learner keeps targets fixed; false is allowed");
    if (s.num_minibatches > s.num_steps) {
        throw ConfigError("num_minibatches = " + std::to_string(s.num_minibatches) +
                          ": a batched learner deals out the " + std::to_string(s.num_steps) +
                          " steps of a rollout, so as many are allowed");
    }
}

}  // namespace

template <class Real>
BatchPlan<Real>::BatchPlan(const TrainConfig& config, const ActorCriticSettings& given)
    : settings(given),
      world(config),
      policy(make_shape(given.network, world.inputs(), world.actions() + (given.shared ? 1 : 0))),
      value(given.shared ? NetworkShape{} : make_shape(given.network, world.inputs(), 1)) {
    check_settings(settings);
    world.require_choice("execution=batched");
    const std::int64_t fitting =
        std::min(max_columns, settings.num_envs + lane_count - 1) / lane_count;
    columns = static_cast<int>(fitting) * lane_count;
    set_learner(given);
    require_memory(static_cast<std::uint64_t>(blocks()) * block_bytes(),
                   "num_envs = " + std::to_string(settings.num_envs) + ": rollouts of " +
                       std::to_string(settings.num_steps) + " steps");
}

template <class Real>
void BatchPlan<Real>::set_learner(const ActorCriticSettings& given) {
    settings = tiles = given;
    tiles.num_envs = columns / lane_count;
    for (int lane = 0; lane < lane_count; ++lane) set_lane(lanes, lane, given);
}

template <class Real>
std::size_t BatchPlan<Real>::block_bytes() const {
    const std::int64_t slabs = single_pass() ? settings.num_steps : 1;
    const std::int64_t reals =
        columns * rows() * (slabs + 2) + (parameters() + parameter_rows()) * lane_count;
    const std::int64_t worlds =
        tiles.num_envs *
        static_cast<std::int64_t>(OwnedLaneWorlds<Real>::bytes(world.play().state_types.count));
    const std::int64_t order = columns * settings.num_steps * std::int64_t{sizeof(std::int32_t)};
    return static_cast<std::size_t>(reals * std::int64_t{sizeof(Real)} + worlds + order) +
           Rollout<Real>::bytes(tiles, world.inputs(), 0);
}

template struct BatchPlan<float>;
template struct BatchPlan<double>;

}  // namespace lockstep
