
#include "bench/works/batched.hpp"

#include <algorithm>
#include <memory>

#include "agents/actor_critic/batch_block.hpp"
#include "agents/actor_critic/batched.hpp"
#include "engine/machine/parallel.hpp"

namespace lockstep {
namespace {

// Environment steps in one run.
constexpr std::int64_t batched_steps = 1 << 20;

ActorCriticSettings settings_of(std::int64_t worlds) {
    ActorCriticSettings s;
    s.network.hidden = {64, 64};
    s.num_envs = worlds;
    s.num_steps = 8;
    s.steps = std::max(batched_steps, s.num_envs * s.num_steps);
    return s;
}

// The same layers without their activations.
NetworkShape linear(NetworkShape shape) {
    for (int l = 0; l < shape.layer_count; ++l) shape.layers[l].activation = Activation::identity;
    return shape;
}

// The memory that one task works in.
template <class Real>
struct Operands {
    Operands(const NetworkShape& shape, std::int64_t tiles)
        : sample(memory.rows<Real>(shape.rows * tiles)),
          deltas(memory.rows<Real>(shape.rows * tiles)),
          parameters(memory.rows<Real>(shape.parameters)),
          gradient(memory.rows<Real>(shape.parameters)) {}

    LaneMemory memory;
    Real *sample, *deltas, *parameters, *gradient;
};

// The matrix products of a forward and a backward pass, and nothing else.
template <class Real>
std::function<std::int64_t()> products(const TrainConfig& config, const ActorCriticSettings& s) {
    struct Held {
        Held(const TrainConfig& c, const ActorCriticSettings& settings)
            : plan(c, settings), shape(linear(plan.policy)), workers(c.threads) {
            for (int i = 0; i < workers.count(); ++i)
                operands.emplace_back(shape, plan.tiles.num_envs);
        }
        BatchPlan<Real> plan;
        NetworkShape shape;
        Workers workers;
        std::vector<Operands<Real>> operands;
    };
    auto held = std::make_shared<Held>(config, s);
    return [held] {
        const BatchPlan<Real>& plan = held->plan;
        const NetworkKernels<Real>& kernels = plan.world.networks();
        const int tiles = static_cast<int>(plan.tiles.num_envs);
        const std::int64_t tasks = held->workers.count();
        const std::int64_t rounds = batched_steps / plan.columns / tasks;
        held->workers.for_each_share(tasks, [&](std::int64_t i) {
            Operands<Real>& mine = held->operands[static_cast<std::size_t>(i)];
            for (std::int64_t r = 0; r < rounds; ++r) {
                kernels.forward_shared(held->shape, mine.parameters, mine.sample, tiles);
                kernels.backward_shared(held->shape, mine.parameters, mine.sample, mine.deltas,
                                        tiles);
                kernels.accumulate_gradients(held->shape, mine.sample, mine.deltas, tiles,
                                             mine.gradient);
            }
        });
        return tasks * rounds * plan.columns;
    };
}

}  // namespace

Work batched_work(const TrainConfig& config, std::int64_t worlds, std::string name) {
    struct Held {
        TrainConfig config;
        ActorCriticSettings settings;
        TrainResult result;
    };
    auto held = std::make_shared<Held>(Held{config, settings_of(worlds), {}});
    const bool single = config.precision == Precision::f32;
    return {
        std::move(name),
        [held] {
            held->result = train_batched(held->config, {&held->settings, 1}, {});
            return held->result.env_steps;
        },
        [held] { return held->result.hash; },
        single ? products<float>(config, held->settings) : products<double>(config, held->settings),
        true};
}

}  // namespace lockstep
