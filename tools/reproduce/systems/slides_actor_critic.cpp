
#include "tools/reproduce/systems/slides_actor_critic.hpp"

#include <algorithm>
#include <cmath>

#include "agents/actor_critic/update.hpp"
#include "engine/machine/library_kernels.hpp"
#include "engine/random/mersenne_twister.hpp"
#include "engine/random/numpy_legacy.hpp"

namespace lockstep {
namespace {

constexpr int inputs = 4, actions = 2, updates = 5, last_of_episode = 3;

ActorCriticSettings slides_settings() {
    return {.network = {.hidden = {64, 64}, .initialization = Initialization::uniform_fan_in},
            .shared = true,
            .steps = updates,
            .num_envs = 1,
            .num_steps = 1,
            .gae_lambda = 0,
            .vf_coef = 1,
            .residual = true};
}

// PyTorch's Linear: weights and biases uniform within 1 / sqrt(inputs), each from the low 24 bits
// of one word. A layer's outputs are modules of `first` and `second` outputs, drawn one after the
// other.
void draw_layer(const LayerShape& layer, int first, int second, MersenneTwister& words,
                std::vector<double>& parameters) {
    const double bound = 1 / std::sqrt(double(layer.inputs));
    const auto draw = [&](std::int32_t begin, std::int32_t count) {
        for (std::int32_t row = begin; row < begin + count; ++row) {
            const double u = (words.word() & 0xFFFFFFU) * 0x1p-24;
            parameters[static_cast<std::size_t>(row)] = u * (2 * bound) - bound;
        }
    };
    const auto module = [&](int output, int outputs) {
        draw(layer.weights + output * layer.inputs, outputs * layer.inputs);
        draw(layer.biases + output, outputs);
    };
    module(0, first);
    if (second > 0) module(first, second);
}

std::vector<double> draw_parameters(const NetworkShape& shape) {
    MersenneTwister words(0);
    std::vector<double> parameters(static_cast<std::size_t>(shape.parameters));
    draw_layer(shape.layers[0], 64, 0, words, parameters);
    draw_layer(shape.layers[1], 64, 0, words, parameters);
    draw_layer(shape.layers[2], actions, 1, words, parameters);
    return parameters;
}

template <class Real>
class Slides {
public:
    explicit Slides(Isa isa)
        : settings_(slides_settings()),
          shape_(make_shape(settings_, inputs, ActionShape{actions})),
          state_(memory_, shape_, settings_.optimizer.kind),
          update_(network_kernels<Real>(isa), shape_, settings_),
          rollout_(settings_, inputs) {
        state_.begin(0, settings_, updates);
        const std::vector<double> parameters = draw_parameters(shape_.policy);
        for (std::size_t row = 0; row < parameters.size(); ++row)
            state_.parameters[row * lane_count] = static_cast<Real>(parameters[row]);
    }

    SlidesActorCritic run() {
        SlidesActorCritic result;
        NumpyLegacyRandom random(1);
        show(random, rollout_.observation(0));
        for (int i = 0; i < updates; ++i) {
            show(random, rollout_.observation(1));
            result.updates.push_back(update(i));
            std::copy_n(rollout_.observation(1), inputs * lane_count, rollout_.observation(0));
        }
        for (std::int64_t row = 0; row < state_.parameter_rows; ++row)
            result.parameters.push_back(state_.parameters[row * lane_count]);
        return result;
    }

private:
    static void show(NumpyLegacyRandom& random, Real* observation) {
        for (std::int64_t row = 0; row < inputs; ++row)
            observation[row * lane_count] = static_cast<Real>(random.rand());
    }
    SlidesUpdate update(int i) {
        const RolloutRows<Real>& rows = rollout_.rows();
        SlidesUpdate seen{};
        rows.value[lane_count] = evaluate(1, seen.logits_before);
        rows.value[0] = evaluate(0, seen.logits_before);
        rows.action[0] = i % 2;
        rows.legal[0] = 3;
        rows.reward[0] = 1;
        rows.terminated[0] = rows.done[0] = i == last_of_episode ? 1 : 0;
        std::copy_n(rollout_.observation(1), inputs * lane_count, rollout_.next(0));
        update_.learn(state_, rollout_);
        seen.value_before = rows.value[0], seen.next_value = rows.value[lane_count];
        seen.delta = rows.advantage[0];
        seen.value_after = evaluate(0, seen.logits_after);
        return seen;
    }
    Real evaluate(std::int64_t observation, double (&logits)[actions]) {
        const auto& said = update_.evaluate(state_, rollout_.observation(observation), 1);
        for (int a = 0; a < actions; ++a) logits[a] = said.logits(0)[a * lane_count];
        return said.value(0)[0];
    }

    const ActorCriticSettings settings_;
    const ActorCriticShape shape_;
    LaneMemory memory_;
    ActorCriticState<Real> state_;
    ActorCriticUpdate<Real> update_;
    Rollout<Real> rollout_;
};

}  // namespace

template <class Real>
SlidesActorCritic slides_actor_critic(Isa isa) {
    return Slides<Real>(isa).run();
}
template SlidesActorCritic slides_actor_critic<float>(Isa);
template SlidesActorCritic slides_actor_critic<double>(Isa);

}  // namespace lockstep
