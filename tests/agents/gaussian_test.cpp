// Learners with continuous actions: densities, draws and gradients against literal programs, and
// what they learn.

#include <algorithm>
#include <cmath>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

#include "agents/actor_critic/rollout.hpp"
#include "agents/network/network_spec.hpp"
#include "agents/reinforce/learner.hpp"
#include "engine/machine/library_kernels.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"

namespace lockstep::test {
namespace {

const NetworkKernels<double>& kernels() { return network_kernels<double>(default_isa()); }

constexpr double pi = 3.14159265358979323846;
constexpr int columns = 3;
using Rows = std::vector<double>;  // [column][lane]

double& at(Rows& rows, int column, int lane) {
    return rows[static_cast<std::size_t>(column * lane_count + lane)];
}

// The logarithm of the product of normal densities.
double log_density(const double* drawn, const double* mean, const double* log_std) {
    double density = 1;
    for (int k = 0; k < columns; ++k) {
        const double deviation = std::exp(log_std[k * lane_count]);
        const double z = (drawn[k * lane_count] - mean[k * lane_count]) / deviation;
        density *= std::exp(-z * z / 2) / (deviation * std::sqrt(2 * pi));
    }
    return std::log(density);
}

Rows random_rows(std::mt19937_64& random, double deviation, int count = columns) {
    Rows rows(static_cast<std::size_t>(count * lane_count));
    for (double& x : rows) x = std::normal_distribution<double>(0, deviation)(random);
    return rows;
}

// The samples of one minibatch, and the loss as in the PPO paper.
struct GaussianLoss {
    static constexpr int count = 4, samples = 12;
    Rollout<double> rollout{{.num_envs = 3, .num_steps = 4}, 1, columns};
    ActorCriticLanes<double> lanes{};
    std::vector<std::int32_t> order = std::vector<std::int32_t>(count * lane_count);
    std::vector<double> means, log_std;  // [sample][column][lane]

    explicit GaussianLoss(std::mt19937_64& random)
        : means(random_rows(random, 1, count * columns)), log_std(random_rows(random, 0.5)) {
        const RolloutRows<double>& rows = rollout.rows();
        std::normal_distribution<double> normal;
        for (int i = 0; i < samples * lane_count; ++i) {
            rows.log_probability[i] = -3 + normal(random);
            rows.advantage[i] = normal(random);
        }
        for (int i = 0; i < samples * columns * lane_count; ++i) rows.drawn[i] = normal(random);
        for (std::int32_t& sample : order) sample = static_cast<std::int32_t>(random() % samples);
        for (int lane = 0; lane < lane_count; ++lane) {
            lanes.clip_range[lane] = lane % 4 == 0 ? 0 : 0.3;
            lanes.ent_coef[lane] = 0.1 * lane;
        }
    }
    double loss(int lane) const {
        double sum = 0;
        for (int k = 0; k < count; ++k) {
            const int sample = order[static_cast<std::size_t>(k * lane_count + lane)];
            const RolloutRows<double>& rows = rollout.rows();
            const double advantage = rows.advantage[sample * lane_count + lane];
            const double log_p =
                log_density(rows.drawn + sample * columns * lane_count + lane,
                            means.data() + k * columns * lane_count + lane, log_std.data() + lane);
            const double ratio = std::exp(log_p - rows.log_probability[sample * lane_count + lane]);
            const double clip = lanes.clip_range[lane];
            sum -= clip > 0 ? std::min(ratio * advantage,
                                       std::clamp(ratio, 1 - clip, 1 + clip) * advantage)
                            : log_p * advantage;
            for (int c = 0; c < columns; ++c) {
                const double log_deviation =
                    log_std[static_cast<std::size_t>(c * lane_count + lane)];
                const double entropy = 0.5 * std::log(2 * pi * std::exp(1.0)) + log_deviation;
                sum -= lanes.ent_coef[lane] * entropy;
            }
        }
        return sum;
    }
    // Gradients by the means, then by log_std.
    std::pair<Rows, Rows> gradients() {
        const std::vector<double> values(count * lane_count);
        std::vector<double> value_deltas(values.size());
        std::pair<Rows, Rows> deltas{Rows(means.size()), Rows(log_std.size())};
        kernels().actor_critic_deltas({.rollout = &rollout.rows(),
                                       .lanes = &lanes,
                                       .order = order.data(),
                                       .moments = nullptr,
                                       .count = count,
                                       .actions = columns,
                                       .log_std = log_std.data(),
                                       .log_std_gradient = deltas.second.data(),
                                       .residual = false,
                                       .logits = means.data(),
                                       .values = values.data(),
                                       .logit_deltas = deltas.first.data(),
                                       .value_deltas = value_deltas.data(),
                                       .policy_stride = columns * lane_count,
                                       .value_stride = lane_count});
        return deltas;
    }
};

// Episodes of 21 and 12 steps, and minus the log probability of the actions times the return, with
// gamma 0 and an entropy bonus.
struct EpisodeLoss {
    static constexpr int inputs = 2, steps = 33, stride = 64;
    const NetworkShape shape =
        make_shape({.hidden = {3}, .activations = {Activation::tanh}}, inputs, columns);
    const std::vector<std::int32_t> lengths = {21, 12};
    const std::vector<double> after = {0, 0};
    const double entropy = 0.3;
    std::vector<double> rows, parameters;  // [observations, drawn, reward][stride]

    explicit EpisodeLoss(std::mt19937_64& random)
        : rows(random_rows(random, 1, (inputs + columns + 1) * stride / lane_count)),
          parameters(static_cast<std::size_t>(shape.parameters + columns)) {
        for (double& p : parameters) p = std::normal_distribution<double>(0, 0.5)(random);
    }
    double loss() const {
        std::vector<double> sample(static_cast<std::size_t>(shape.rows * lane_count));
        double sum = 0;
        for (int t = 0; t < steps; ++t) {
            for (int r = 0; r < inputs; ++r)
                sample[static_cast<std::size_t>(r * lane_count)] = row(r)[t];
            kernels().forward_shared(shape, parameters.data(), sample.data(), 1);
            const double* mean =
                &sample[static_cast<std::size_t>((shape.rows - columns) * lane_count)];
            for (int k = 0; k < columns; ++k) {
                const double log_std = parameters[static_cast<std::size_t>(shape.parameters + k)];
                const double z = (row(inputs + k)[t] - mean[k * lane_count]) / std::exp(log_std);
                sum += row(inputs + columns)[t] * (z * z / 2 + log_std) - entropy * log_std;
            }
        }
        return sum;
    }
    std::vector<double> gradient() {
        ReinforceWorkspace<double> room({.policy = shape,
                                         .value = {},
                                         .columns = columns,
                                         .optimizer = OptimizerKind::sgd,
                                         .baseline = false,
                                         .masked = false,
                                         .steps = steps,
                                         .episodes = 2});
        ReinforceTask<double> task{};
        task.policy = &shape, task.columns = columns;
        task.policy_parameters = parameters.data();
        task.batch = {row(0), row(inputs + columns), nullptr,      row(inputs), nullptr,
                      stride, lengths.data(),        after.data(), 2,           steps};
        task.ent_coef = entropy;
        task.returns = room.returns, task.samples = room.samples, task.deltas = room.deltas;
        task.sums = room.sums, task.policy_gradient = room.policy_gradient;
        kernels().reinforce(task);
        return {room.policy_gradient, room.policy_gradient + parameters.size()};
    }
    const double* row(int r) const { return rows.data() + r * stride; }
};

// loss(lane) is computed from the numbers of one lane of `lanes`.
void check_differences(const auto& loss, Rows& numbers, const Rows& gradient, int lanes) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const int lane = static_cast<int>(i) % lanes;
        const double h = 1e-6, x = numbers[i];
        numbers[i] = x + h;
        const double above = loss(lane);
        numbers[i] = x - h;
        const double below = loss(lane);
        numbers[i] = x;
        const double wanted = (above - below) / (2 * h);
        // Central differences err by h^2, and by 1e-16 / h times losses and slopes up to 1000.
        CHECK(gradient[i] == Approx(wanted).epsilon(1e-6).margin(1e-6));
    }
}

std::vector<double> scores(const std::string& env, const Agent& agent,
                           const std::vector<std::string>& settings) {
    TrainConfig config{.env = env, .learners = 4, .threads = 0};
    config.test_episodes = 50;
    for (const std::string& one : settings) set(config, agent, one);
    return train(agent, config).test_scores;
}

}  // namespace

TEST_CASE("drawn actions have the density that is told of them, and its moments", "[gaussian]") {
    auto random = random_numbers("gaussian actions");
    Rows mean = random_rows(random, 1), log_std = random_rows(random, 0.5);
    Rows drawn(mean.size()), clipped(mean.size()), log_probability(lane_count);
    const std::vector<double> low = {-0.5, -1, -1e3}, high = {0.25, 1, 1e3};
    LaneKeyWords key;
    for (auto& words : key)
        for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(random());
    constexpr int draws = 4000;
    Rows sums(mean.size()), squares(mean.size());
    LaneWords id{}, time{};
    const auto draw = [&](const LaneKeyWords* keys) {
        kernels().draw_gaussian({columns, mean.data(), log_std.data(), low.data(), high.data(),
                                 drawn.data(), clipped.data(), log_probability.data()},
                                keys, id, time);
    };
    for (int n = 0; n < draws; ++n) {
        std::ranges::fill(time, static_cast<std::uint32_t>(n));
        draw(&key);
        for (int lane = 0; lane < lane_count; ++lane) {
            // A few roundings of numbers up to a hundred.
            REQUIRE(log_probability[static_cast<std::size_t>(lane)] ==
                    Approx(log_density(&drawn[static_cast<std::size_t>(lane)],
                                       &mean[static_cast<std::size_t>(lane)],
                                       &log_std[static_cast<std::size_t>(lane)]))
                        .margin(1e-12));
            for (int k = 0; k < columns; ++k) {
                const auto column = static_cast<std::size_t>(k);
                REQUIRE(at(clipped, k, lane) ==
                        std::clamp(at(drawn, k, lane), low[column], high[column]));
                const double z =
                    (at(drawn, k, lane) - at(mean, k, lane)) / std::exp(at(log_std, k, lane));
                at(sums, k, lane) += z, at(squares, k, lane) += z * z;
            }
        }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        // Six standard errors of a standard normal's mean and variance.
        CHECK(std::abs(sums[i] / draws) < 6 / std::sqrt(draws));
        CHECK(std::abs(squares[i] / draws - 1) < 6 * std::sqrt(2.0 / draws));
    }
    draw(nullptr);
    CHECK(drawn == mean);
}

TEST_CASE("gradients of continuous actions are finite differences of the loss", "[gaussian]") {
    auto random = random_numbers("gaussian loss");
    GaussianLoss loss(random);
    const auto [by_means, by_log_std] = loss.gradients();
    const auto of_lane = [&](int lane) { return loss.loss(lane); };
    check_differences(of_lane, loss.means, by_means, lane_count);
    check_differences(of_lane, loss.log_std, by_log_std, lane_count);
}

TEST_CASE("REINFORCE's gradients of continuous actions are finite differences", "[gaussian]") {
    auto random = random_numbers("gaussian episodes");
    EpisodeLoss loss(random);
    check_differences([&](int) { return loss.loss(); }, loss.parameters, loss.gradient(), 1);
}

TEST_CASE("agents that choose among a few actions refuse continuous ones", "[gaussian]") {
    for (const char* id : {"dqn", "q-learning", "sarsa", "value-iteration", "tabular-reinforce"}) {
        CAPTURE(id);
        const Agent& agent = find_agent(id);
        const TrainConfig config{.env = "Pendulum-v1"};
        check_refused([&] { train(agent, config); }, {"Pendulum-v1"});
    }
    check_refused([&] { scores("Pendulum-v1", find_agent("ppo"), {"execution=batched"}); },
                  {"execution=batched", "continuous"});
}

TEST_CASE("PPO swings the pendulum up", "[gaussian][once]") {
    const std::vector<double> learnt =
        scores("Pendulum-v1", find_agent("ppo"),
               {"steps=131072", "num_envs=16", "num_steps=256", "update_epochs=5",
                "num_minibatches=16", "gamma=0.9", "gae_lambda=0.95", "learning_rate=0.002"});
    // Random torques return -1,200; a pendulum that hangs still returns -1,900.
    CHECK(mean(learnt) > -400);
}

}  // namespace lockstep::test
