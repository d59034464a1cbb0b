// Deep Q learners: their updates against ones written out plainly, their replay buffers, their
// learning curves against recorded ones; and that neither lanes, neighbors nor threads matter.

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <set>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

#include "agents/deep_q/lanes.hpp"
#include "agents/deep_q/population.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"

namespace lockstep::test {
namespace {

constexpr std::uint32_t all_lanes = (1U << lane_count) - 1U;

// Sixteen learners that use plain gradient descent on the last transition only.
struct Learners {
    NetworkShape shape;
    DeepQSettings settings;
    LaneMemory memory;
    QLanes<double> q;

    explicit Learners(DeepQSettings s)
        : shape(make_shape(s.network, 2, s.dueling ? 4 : 3)),
          settings(std::move(s)),
          q(network_kernels<double>(default_isa()), shape, settings, memory) {
        for (int lane = 0; lane < lane_count; ++lane)
            q.begin(lane, settings, learner_keys(static_cast<std::uint64_t>(lane), Stream::resets));
        q.draw_weights(all_lanes);
    }
    std::vector<double> weights(int lane) {
        std::vector<double> w;
        for (int p = 0; p < shape.parameters; ++p) w.push_back(q.weights()[p * lane_count + lane]);
        return w;
    }
};

struct Transition {
    std::vector<double> state, next;
    double reward;
    int action;
    bool terminated;
    std::uint32_t legal;  // legal next actions
};

// Values of the three actions in a state, by a network 2-5-3 (or 4, dueling) with elu.
std::vector<double> values(const Learners& l, const std::vector<double>& w, std::vector<double> x) {
    for (int k = 0; k < l.shape.layer_count; ++k) {
        const LayerShape& layer = l.shape.layers[k];
        std::vector<double> y;
        for (int o = 0; o < layer.outputs; ++o) {
            double sum = w[static_cast<std::size_t>(layer.biases + o)];
            for (int j = 0; j < layer.inputs; ++j)
                sum += w[static_cast<std::size_t>(layer.weights + o * layer.inputs + j)] *
                       x[static_cast<std::size_t>(j)];
            y.push_back(layer.activation == Activation::elu && sum < 0 ? std::expm1(sum) : sum);
        }
        x = y;
    }
    if (!l.settings.dueling) return x;
    const double most = *std::max_element(x.begin(), x.begin() + 3);
    return {x[3] + x[0] - most, x[3] + x[1] - most, x[3] + x[2] - most};
}

int best(const std::vector<double>& q, std::uint32_t legal) {
    int found = -1;
    for (int a = 0; a < 3; ++a)
        if ((legal >> a & 1U) != 0 &&
            (found < 0 || q[static_cast<std::size_t>(a)] > q[static_cast<std::size_t>(found)]))
            found = a;
    return found;
}

// The online network's weights after learning from t, by finite differences of its loss.
std::vector<double> taught(const Learners& l, const std::vector<double>& online,
                           const std::vector<double>& target, const Transition& t) {
    const bool none = l.settings.target == TargetNetwork::none;
    const auto next = values(l, none ? online : target, t.next);
    const int a = best(l.settings.double_q ? values(l, online, t.next) : next, t.legal);
    const double after = t.terminated ? 0 : l.settings.gamma * next[static_cast<std::size_t>(a)];
    const auto error = [&](const std::vector<double>& w) {
        const double q = values(l, w, t.state)[static_cast<std::size_t>(t.action)];
        return (q - t.reward - after) * (q - t.reward - after);
    };
    constexpr double h = 1e-6;
    std::vector<double> result = online;
    for (std::size_t p = 0; p < online.size(); ++p) {
        std::vector<double> more = online, less = online;
        more[p] += h, less[p] -= h;
        result[p] -= l.settings.optimizer.learning_rate * (error(more) - error(less)) / (2 * h);
    }
    return result;
}

Transition random_transition(std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    std::uniform_int_distribution<int> three(0, 2), four(0, 3);
    const std::uint32_t legal[] = {0b111, 0b011, 0b101, 0b110};
    return {{normal(random), normal(random)},
            {normal(random), normal(random)},
            normal(random),
            three(random),
            four(random) == 0,
            legal[four(random)]};
}

// Gives transition i to lane i.
void show(Learners& l, const std::vector<Transition>& seen) {
    alignas(64) double state[2 * lane_count], next[2 * lane_count], reward[lane_count];
    std::int32_t action[lane_count];
    LaneWords legal;
    std::uint32_t terminated = 0;
    for (std::size_t i = 0; i < lane_count; ++i) {
        for (std::size_t j = 0; j < 2; ++j) {
            state[j * lane_count + i] = seen[i].state[j];
            next[j * lane_count + i] = seen[i].next[j];
        }
        reward[i] = seen[i].reward, action[i] = seen[i].action, legal[i] = seen[i].legal;
        terminated |= static_cast<std::uint32_t>(seen[i].terminated) << i;
    }
    l.q.replay_push({state, next, reward, action, terminated, legal}, all_lanes);
}

DeepQSettings one_transition(bool double_q, bool dueling, TargetNetwork target) {
    DeepQSettings s;
    s.network.hidden = {5};
    s.optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.01};
    s.double_q = double_q, s.dueling = dueling, s.target = target;
    s.buffer_size = s.batch_size = 1;
    s.tau = 0.25;
    return s;
}

void check_updates(const DeepQSettings& settings, std::mt19937_64& random) {
    Learners l(settings);
    std::vector<std::vector<double>> online, target;
    for (int i = 0; i < lane_count; ++i) online.push_back(l.weights(i));
    target = online;
    for (int k = 0; k < 8; ++k) {
        std::vector<Transition> seen;
        for (int i = 0; i < lane_count; ++i) seen.push_back(random_transition(random));
        show(l, seen);
        CHECK(l.q.train(all_lanes) == 0);
        for (std::size_t i = 0; i < lane_count; ++i) {
            online[i] = taught(l, online[i], target[i], seen[i]);
            const auto ours = l.weights(static_cast<int>(i));
            for (std::size_t p = 0; p < ours.size(); ++p) {
                // The error of the differences themselves.
                CHECK(ours[p] == Approx(online[i][p]).epsilon(0).margin(1e-7));
                if (settings.target == TargetNetwork::soft)
                    target[i][p] += settings.tau * (ours[p] - target[i][p]);
            }
            online[i] = ours;
        }
        if (settings.target == TargetNetwork::hard && k == 3) {
            l.q.copy_target(all_lanes);
            target = online;
        }
    }
}

TrainConfig cartpole(std::int64_t learners, std::uint64_t seed = 0) {
    TrainConfig config{.env = "CartPole-v0", .seed = seed, .learners = learners, .threads = 1};
    config.test_episodes = 2;
    return config;
}

// A few updates of each variant, to save time.
std::vector<DeepQSettings> variants() {
    DeepQSettings s;
    s.learning_starts = 3, s.episodes = 25, s.buffer_size = 100, s.target_update_interval = 4;
    s.network.hidden = {8};
    std::vector<DeepQSettings> all = {s, s, s, s};
    all[1].double_q = true, all[1].target = TargetNetwork::hard;
    all[2].dueling = true, all[2].target = TargetNetwork::soft;
    all[3].clock = Clock::steps, all[3].train_freq = 7, all[3].target = TargetNetwork::hard;
    all[3].target_update_interval = 30;
    return all;
}

TrainResult train(const TrainConfig& config, const DeepQSettings& s) {
    DeepQSettings settings = s;
    settings.checkpoints = 5;
    return train_deep_q<float>(config, {&settings, 1}, {});
}

}  // namespace

TEST_CASE("an update is the gradient of the squared error, whatever the variant", "[deep-q]") {
    auto random = seeded("an update is the gradient of the squared error", 3);
    for (const bool dueling : {false, true}) {
        for (const TargetNetwork target :
             {TargetNetwork::none, TargetNetwork::hard, TargetNetwork::soft}) {
            CAPTURE(dueling, static_cast<int>(target));
            check_updates(one_transition(false, dueling, target), random);
            if (target == TargetNetwork::none) continue;
            check_updates(one_transition(true, dueling, target), random);
        }
    }
}

TEST_CASE("batches come from the last transitions, all equally often", "[deep-q]") {
    constexpr int slots = 5, pushed = 12, draws = 20'000;
    alignas(64) float numbers[slots * 3 * lane_count], state[lane_count], rewards[lane_count];
    std::uint32_t marks[slots * 2 * lane_count];
    LaneWords next = {}, held = {}, legal = {}, trainings = {};
    LaneKeyWords key;
    const Replay<float> replay{slots, 1, numbers, marks, next, held};
    std::int32_t action[lane_count];
    for (int lane = 0; lane < lane_count; ++lane)
        put_key(key, lane, learner_keys(static_cast<std::uint64_t>(lane), Stream::resets).batches);
    const NetworkKernels<float>& kernels = network_kernels<float>(default_isa());
    // Lane 0 receives every third transition only.
    for (int k = 0; k < pushed; ++k) {
        std::ranges::fill(state, static_cast<float>(k));
        std::ranges::fill(rewards, static_cast<float>(100 + k));
        std::ranges::fill(action, k);
        kernels.replay_push(replay,
                            {state, state, rewards, action, k % 2 == 0 ? all_lanes : 0U, legal},
                            k % 3 == 0 ? all_lanes : all_lanes & ~1U);
    }
    int drawn[2][pushed] = {};
    alignas(64) float states[2 * lane_count], nexts[2 * lane_count], paid[2 * lane_count];
    std::uint32_t told[4 * lane_count];
    std::int32_t chosen[2 * lane_count];
    for (int n = 0; n < draws; n += 2) {
        std::ranges::fill(trainings, static_cast<std::uint32_t>(n));
        kernels.replay_sample(replay, key, trainings, 0, 1, {states, nexts, paid, told, chosen, 2});
        for (int s = 0; s < 2; ++s) {
            for (const int lane : {0, 1}) {
                const auto k = static_cast<std::uint32_t>(states[s * lane_count + lane]);
                ++drawn[lane][k];
                CHECK(paid[s * lane_count + lane] == static_cast<float>(100 + k));
                CHECK(told[2 * s * lane_count + lane] == (k % 2 == 0 ? k | terminal_flag : k));
            }
        }
    }
    const auto chi_square = [&](int lane, const std::vector<int>& expected) {
        double sum = 0;
        int all = 0;
        const double mean = draws / static_cast<double>(expected.size());
        for (const int k : expected) {
            sum += (drawn[lane][k] - mean) * (drawn[lane][k] - mean) / mean;
            all += drawn[lane][k];
        }
        CHECK(all == draws);  // no other index was drawn
        return sum;
    };
    // 99.9 % quantiles of chi-square with 3 and with 4 degrees of freedom.
    CHECK(chi_square(0, {0, 3, 6, 9}) < 16.3);
    CHECK(chi_square(1, {7, 8, 9, 10, 11}) < 18.5);
}

TEST_CASE("a deep Q learner learns the same alone as in a crowd", "[deep-q]") {
    for (const DeepQSettings& s : variants()) {
        CAPTURE(s.double_q, s.dueling, static_cast<int>(s.target), static_cast<int>(s.clock));
        const TrainResult crowd = train(cartpole(21, 5), s);
        for (const std::size_t i : {0UL, 7UL, 20UL}) {
            const TrainResult alone = train(cartpole(1, 5 + i), s);
            CHECK(alone.networks[0] == crowd.networks[i]);
            CHECK(mean(alone.test_scores) == crowd.test_scores[i]);
            for (std::size_t k = 0; k < crowd.curve.size(); ++k)
                CHECK(alone.curve[k].values[0] == crowd.curve[k].values[i]);
        }
        CHECK(crowd.lane_steps >= crowd.env_steps);
        TrainConfig threads = cartpole(21, 5);
        threads.threads = 3;
        CHECK(train(threads, s).hash == crowd.hash);
        for (const Isa isa : built_isas) {
            if (!supported(isa)) continue;
            TrainConfig other = cartpole(21, 5);
            other.isa = isa;
            CHECK(train(other, s).hash == crowd.hash);
        }
    }
}

TEST_CASE("a learner that diverges fails alone", "[deep-q]") {
    std::vector<DeepQSettings> mixed(18, variants()[1]);
    mixed[4].optimizer.learning_rate = 1e30;
    mixed[17].optimizer.learning_rate = 1e30;
    const TrainResult sane = train(cartpole(18), variants()[1]);
    const TrainResult result = train_deep_q<float>(cartpole(18), mixed, {});
    REQUIRE(result.failed.size() == 2);
    CHECK(result.failed[0].learner == 4);
    CHECK(result.failed[0].step > 0);
    CHECK(result.failed[1].learner == 17);
    for (std::size_t i = 0; i < mixed.size(); ++i) {
        CAPTURE(i);
        CHECK(result.networks[i] == (i == 4 || i == 17 ? std::vector<double>{} : sane.networks[i]));
    }
}

TEST_CASE("deep Q learning follows the recorded curve, and broken learners do not",
          "[deep-q][once]") {
    const auto golden = recorded("deep_q/curves.json").at("dqn");
    // The bound that the largest |z| of eight window means stays below by chance in 19 of 20 cases.
    constexpr double joint_bound = 2.73;
    const auto largest = [&](const DeepQSettings& s) {
        const TrainResult result = train_deep_q<float>(cartpole(64), {&s, 1}, {});
        double most = 0;
        for (const Checkpoint& point : result.curve) {
            const std::string at = std::to_string(point.at);
            if (!golden.contains(at)) continue;
            const Json& found = golden.at(at);
            const double se = standard_deviation(point.values) / 8;  // of 64 learners
            const double z = (mean(point.values) - found.at("mean").get<double>()) /
                             std::hypot(se, found.at("se").get<double>());
            most = std::max(most, std::abs(z));
        }
        return most;
    };
    DeepQSettings s;
    CHECK(largest(s) < joint_bound);
    s.optimizer.learning_rate = 0;
    CHECK(largest(s) > joint_bound);
    s.optimizer.learning_rate = -0.01;  // ascends the gradient
    CHECK(largest(s) > joint_bound);
}

TEST_CASE("settings that deep Q learning cannot do are refused", "[deep-q]") {
    DeepQSettings s;
    s.buffer_size = 31;
    check_refused([&] { train(cartpole(1), s); }, {"buffer_size = 31", "32"});
    s = {};
    s.double_q = true;
    check_refused([&] { train(cartpole(1), s); }, {"double", "target", "hard", "soft"});
    s = {};
    s.buffer_size = 100'000'000;
    check_refused([&] { train(cartpole(1), s); }, {"buffer_size = 100000000"});
    TrainConfig config{.env = "CartPole-v1"};
    const Agent& agent = find_agent("dqn");
    for (const char* word : {"batch_size=0", "gamma=1.5", "learning_rate=nan", "learning_rate=-1",
                             "target=firm", "train_freq=0", "hidden=0", "hidden=99999",
                             "activation=swish", "optimizer=lbfgs", "epsilon=2", "tau=-1"}) {
        CAPTURE(word);
        CHECK_THROWS_AS(set(config, agent, word), ConfigError);
    }
}

}  // namespace lockstep::test
