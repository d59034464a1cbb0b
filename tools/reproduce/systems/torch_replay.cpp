
#include "tools/reproduce/systems/torch_replay.hpp"

#include <algorithm>
#include <cmath>

#include "agents/deep_q/lanes.hpp"
#include "engine/machine/library_kernels.hpp"
#include "engine/random/mersenne_twister.hpp"

namespace lockstep {
namespace {

constexpr int state_size = 4;
constexpr std::uint32_t all_lanes = (1U << lane_count) - 1U;

NetworkShape slides_shape(std::vector<int> hidden, int outputs) {
    return make_shape({.hidden = std::move(hidden)}, state_size, outputs);
}
DeepQSettings slides_settings(double rate) {
    return {.optimizer = {.learning_rate = rate},
            .target = TargetNetwork::hard,
            .buffer_size = 1,
            .batch_size = 1,
            .gamma = 0.99};
}

// Sixteen networks that learn from one transition at a time, the most recent one.
template <class Real>
class Pupils {
public:
    Pupils(const NetworkShape& shape, const DeepQSettings& settings, Isa isa)
        : kernels_(network_kernels<Real>(isa)),
          shape_(shape),
          settings_(settings),
          q_(kernels_, shape_, settings_, memory_),
          sample_(memory_.rows<Real>(shape.rows)),
          next_(memory_.rows<Real>(state_size)),
          reward_(memory_.rows<Real>(1)) {}

    void begin(int lane, std::uint32_t seed) {
        q_.begin(lane, settings_, {});
        const std::vector<float> weights = torch_linear_layers(shape_, seed);
        for (std::size_t p = 0; p < weights.size(); ++p)
            q_.weights()[p * lane_count + static_cast<std::size_t>(lane)] = weights[p];
        q_.copy_target(1U << lane);
    }
    void see(int lane, std::span<const float> state, std::span<const float> next, double reward) {
        for (int j = 0; j < state_size; ++j) {
            sample_[j * lane_count + lane] = state[static_cast<std::size_t>(j)];
            next_[j * lane_count + lane] = next[static_cast<std::size_t>(j)];
        }
        reward_[lane] = static_cast<Real>(reward);
    }
    void learn(int action, bool terminated) {
        std::int32_t actions[lane_count];
        LaneWords legal;
        std::ranges::fill(actions, action);
        std::ranges::fill(legal, ~0U);
        q_.replay_push({sample_, next_, reward_, actions, terminated ? all_lanes : 0U, legal},
                       all_lanes);
        q_.train(all_lanes);
    }
    // The networks' outputs for the states.
    std::vector<double> outputs(int lane) {
        kernels_.forward(shape_, q_.weights(), sample_, 1);
        std::vector<double> values;
        values.reserve(static_cast<std::size_t>(shape_.outputs));
        for (int row = shape_.rows - shape_.outputs; row < shape_.rows; ++row)
            values.push_back(sample_[row * lane_count + lane]);
        return values;
    }
    std::vector<Real> weights(int lane) {
        std::vector<Real> weights;
        weights.reserve(static_cast<std::size_t>(shape_.parameters));
        for (int p = 0; p < shape_.parameters; ++p)
            weights.push_back(q_.weights()[p * lane_count + lane]);
        return weights;
    }

private:
    const NetworkKernels<Real>& kernels_;
    const NetworkShape shape_;
    const DeepQSettings settings_;
    LaneMemory memory_;
    QLanes<Real> q_;
    Real *sample_, *next_, *reward_;
};

// np.random.rand(4), converted as torch.FloatTensor does.
std::vector<float> random_state(MersenneTwister& words) {
    std::vector<float> state(state_size);
    for (float& x : state) x = static_cast<float>(words.uniform());
    return state;
}

}  // namespace

std::vector<float> torch_linear_layers(const NetworkShape& shape, std::uint32_t seed) {
    MersenneTwister words(seed);
    std::vector<float> parameters(static_cast<std::size_t>(shape.parameters));
    const auto draw = [&](std::int32_t first, std::int32_t count, float within) {
        for (std::int32_t p = first; p < first + count; ++p) {
            const auto unit = static_cast<float>(words.word() & 0xFFFFFFU) * 0x1p-24F;
            parameters[static_cast<std::size_t>(p)] = unit * (within - -within) - within;
        }
    };
    for (int l = 0; l < shape.layer_count; ++l) {
        const LayerShape& layer = shape.layers[l];
        const auto within = static_cast<float>(1 / std::sqrt(static_cast<double>(layer.inputs)));
        draw(layer.weights, layer.inputs * layer.outputs, within);
        draw(layer.biases, layer.outputs, within);
    }
    return parameters;
}

template <class Real>
SlidesDqn<Real> replay_slides_dqn(int updates, std::uint32_t seed, Isa isa) {
    SlidesDqn<Real> run{slides_shape({64, 64}, 2), {}, {}};
    Pupils<Real> pupils(run.shape, slides_settings(1e-3), isa);
    pupils.begin(0, seed);
    MersenneTwister words(seed);
    std::vector<float> state = random_state(words);
    for (int k = 0; k < updates; ++k) {
        const std::vector<float> next = random_state(words);
        pupils.see(0, state, next, 1);
        pupils.learn(k % 2, k == 3);
        run.q_after.push_back(pupils.outputs(0));
        state = next;
    }
    run.weights = pupils.weights(0);
    return run;
}

template <class Real>
std::vector<std::vector<double>> replay_slides_value(int runs, const std::vector<int>& counts,
                                                     Isa isa) {
    const NetworkShape shape = slides_shape({64}, 1);
    std::vector<std::vector<double>> estimates(static_cast<std::size_t>(runs));
    for (int first = 0; first < runs; first += lane_count) {
        const int lanes = std::min(lane_count, runs - first);
        Pupils<Real> pupils(shape, slides_settings(0.01), isa);
        for (int lane = 0; lane < lanes; ++lane) {
            const auto seed = static_cast<std::uint32_t>(first + lane);
            MersenneTwister words(seed);
            const std::vector<float> state = random_state(words);
            pupils.begin(lane, seed);
            pupils.see(lane, state, state, 10);
        }
        int done = 0;
        for (const int count : counts) {
            for (; done < count; ++done) pupils.learn(0, true);
            for (int lane = 0; lane < lanes; ++lane) {
                const int run = first + lane;
                estimates[static_cast<std::size_t>(run)].push_back(pupils.outputs(lane)[0]);
            }
        }
    }
    return estimates;
}

template SlidesDqn<float> replay_slides_dqn<float>(int, std::uint32_t, Isa);
template SlidesDqn<double> replay_slides_dqn<double>(int, std::uint32_t, Isa);
template std::vector<std::vector<double>> replay_slides_value<float>(int, const std::vector<int>&,
                                                                     Isa);
template std::vector<std::vector<double>> replay_slides_value<double>(int, const std::vector<int>&,
                                                                      Isa);

}  // namespace lockstep
