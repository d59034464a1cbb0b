// REINFORCE: its gradient against a literal program, learners against themselves, and against the
// tutorials' recorded curves.

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <random>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>
#include <lockstep/statistics.hpp>

#include "agents/reinforce/population.hpp"
#include "tests/support/catch.hpp"

using namespace lockstep;

namespace {

// The literal program: lists of numbers, one step after another.
struct Literal {
    NetworkShape shape;
    std::vector<double> parameters;

    // The outputs of every layer, starting with the inputs.
    std::vector<std::vector<double>> forward(std::vector<double> x) const {
        std::vector<std::vector<double>> all{x};
        for (int l = 0; l < shape.layer_count; ++l) {
            const LayerShape& layer = shape.layers[l];
            std::vector<double> y;
            for (int o = 0; o < layer.outputs; ++o) {
                double sum = parameters[static_cast<std::size_t>(layer.biases + o)];
                for (int j = 0; j < layer.inputs; ++j)
                    sum += weight(layer, o, j) * all.back()[static_cast<std::size_t>(j)];
                y.push_back(layer.activation == Activation::relu ? std::max(sum, 0.0) : sum);
            }
            all.push_back(y);
        }
        return all;
    }
    double weight(const LayerShape& layer, int o, int j) const {
        return parameters[static_cast<std::size_t>(layer.weights + o * layer.inputs + j)];
    }
    // Adds the gradient of a loss whose gradient at the outputs is `delta`.
    void backward(const std::vector<std::vector<double>>& all, std::vector<double> delta,
                  std::vector<double>& gradient) const {
        for (int l = shape.layer_count - 1; l >= 0; --l) {
            const LayerShape& layer = shape.layers[l];
            const auto& x = all[static_cast<std::size_t>(l)];
            std::vector<double> below(x.size());
            for (int o = 0; o < layer.outputs; ++o) {
                const double d = delta[static_cast<std::size_t>(o)];
                gradient[static_cast<std::size_t>(layer.biases + o)] += d;
                for (int j = 0; j < layer.inputs; ++j) {
                    const auto i = static_cast<std::size_t>(j);
                    gradient[static_cast<std::size_t>(layer.weights + o * layer.inputs + j)] +=
                        d * x[i];
                    below[i] += d * weight(layer, o, j);
                }
            }
            if (l > 0 && shape.layers[l - 1].activation == Activation::relu) {
                for (std::size_t i = 0; i < below.size(); ++i) below[i] *= x[i] > 0;
            }
            delta = below;
        }
    }
};

std::vector<double> softmax(const std::vector<double>& logits) {
    double sum = 0;
    std::vector<double> p;
    for (const double z : logits) p.push_back(std::exp(z)), sum += p.back();
    for (double& x : p) x /= sum;
    return p;
}

struct Case {
    int outputs;
    bool normalize, average, squared, baseline;
    double entropy;
};

// Random episodes, and what both programs compute from them.
struct Comparison {
    static constexpr int inputs = 3;
    Case c;
    std::mt19937 random{12};
    std::vector<std::int32_t> lengths = {37, 1, 16, 90};
    int steps = 37 + 1 + 16 + 90;
    double gamma = 0.93;
    std::vector<double> observations, rewards, after{0, 0.5, 0, 2};
    std::vector<std::uint8_t> actions;
    Literal policy, value;

    double draw() { return std::uniform_real_distribution<double>(-1, 1)(random); }
    explicit Comparison(const Case& given) : c(given) {
        for (auto [net, outputs] : {std::pair(&policy, c.outputs), std::pair(&value, 1)}) {
            net->shape = make_shape({.hidden = {7, 5}}, inputs, outputs);
            for (int p = 0; p < net->shape.parameters; ++p) net->parameters.push_back(draw());
        }
        const int choices = c.outputs == 1 ? 2 : c.outputs;
        observations.resize(static_cast<std::size_t>(inputs * stride()));
        for (double& x : observations) x = draw();
        for (int t = 0; t < stride(); ++t) {
            rewards.push_back(draw());
            actions.push_back(static_cast<std::uint8_t>(random() % static_cast<unsigned>(choices)));
        }
    }
    int stride() const { return steps + 2 * lane_count; }
    std::vector<double> seen(int t) const {
        std::vector<double> x;
        for (int r = 0; r < inputs; ++r)
            x.push_back(observations[static_cast<std::size_t>(r * stride() + t)]);
        return x;
    }

    // The gradients of policy and value.
    std::pair<std::vector<double>, std::vector<double>> literal() const {
        const auto n = static_cast<std::size_t>(steps);
        std::vector<double> weight(n), of_policy(policy.parameters.size()),
            of_value(value.parameters.size());
        std::size_t first = 0;
        for (std::size_t e = 0; e < lengths.size(); ++e) {
            double sum = after[e];
            const std::size_t end = first + static_cast<std::size_t>(lengths[e]);
            for (std::size_t t = end; t-- > first;) weight[t] = sum = rewards[t] + gamma * sum;
            first = end;
        }
        const double share = c.average ? 1.0 / steps : 1;
        if (c.baseline) {
            for (std::size_t t = 0; t < n; ++t) {
                const auto all = value.forward(seen(static_cast<int>(t)));
                const double error = all.back()[0] - weight[t];
                value.backward(all, {error * share}, of_value);
                weight[t] = -error;
            }
        }
        if (c.normalize) {
            const double center = mean(weight), spread = standard_deviation(weight);
            for (double& w : weight) w = (w - center) / spread;
        }
        for (std::size_t t = 0; t < n; ++t) {
            const auto all = policy.forward(seen(static_cast<int>(t)));
            policy.backward(all, deltas(all.back(), actions[t], weight[t] * share, share),
                            of_policy);
        }
        return {of_policy, of_value};
    }
    std::vector<double> deltas(const std::vector<double>& logits, int action, double weight,
                               double share) const {
        if (c.outputs == 1) {
            const double p = 1 / (1 + std::exp(-logits[0]));
            const double slope = c.squared ? p * (1 - p) : 1;
            // H = -p log p - q log q; dH/dz = -z p q.
            return {(p - action) * slope * weight + c.entropy * share * logits[0] * p * (1 - p)};
        }
        const std::vector<double> p = softmax(logits);
        double entropy = 0;
        for (const double x : p) entropy -= x * std::log(x);
        std::vector<double> result;
        for (std::size_t k = 0; k < p.size(); ++k) {
            const double chosen = static_cast<int>(k) == action ? 1 : 0;
            result.push_back((p[k] - chosen) * weight +
                             c.entropy * share * p[k] * (std::log(p[k]) + entropy));
        }
        return result;
    }

    std::pair<std::vector<double>, std::vector<double>> ours() {
        ReinforceWorkspace<double> workspace({.policy = policy.shape,
                                              .value = value.shape,
                                              .optimizer = OptimizerKind::sgd,
                                              .baseline = true,
                                              .masked = false,
                                              .steps = steps,
                                              .episodes = 4});
        ReinforceTask<double> task{};
        task.policy = &policy.shape, task.value = c.baseline ? &value.shape : nullptr;
        task.policy_parameters = policy.parameters.data();
        task.value_parameters = value.parameters.data();
        task.batch = {observations.data(),
                      rewards.data(),
                      actions.data(),
                      nullptr,
                      nullptr,
                      stride(),
                      lengths.data(),
                      after.data(),
                      static_cast<std::int32_t>(lengths.size()),
                      steps};
        task.gamma = gamma, task.ent_coef = c.entropy;
        task.normalize_advantage = c.normalize, task.average = c.average, task.squared = c.squared;
        task.returns = workspace.returns, task.values = workspace.values,
        task.samples = workspace.samples;
        task.deltas = workspace.deltas, task.sums = workspace.sums;
        task.probabilities = workspace.probabilities;
        task.policy_gradient = workspace.policy_gradient,
        task.value_gradient = workspace.value_gradient;
        network_kernels<double>(default_isa()).reinforce(task);
        const auto copy = [](const double* from, const Literal& net) {
            return std::vector<double>(from, from + net.parameters.size());
        };
        return {copy(workspace.policy_gradient, policy), copy(workspace.value_gradient, value)};
    }
};

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

ReinforceSettings tutorial_003() {
    ReinforceSettings s;
    s.network.activations = {Activation::relu, Activation::identity};
    s.network.bias = false;
    s.optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.01};
    s.loss = PolicyLoss::square, s.gradient = GradientScale::sum;
    return s;
}

struct Trained {
    std::vector<float> parameters, returns;
    LearnerState state;
    LearnerStage stage;
    bool operator==(const Trained& other) const {
        return parameters == other.parameters && returns == other.returns;
    }
};

std::map<std::int64_t, Trained> learn(std::vector<ReinforceSettings> settings,
                                      std::int64_t learners, int threads = 1,
                                      std::uint64_t seed = 7,
                                      std::span<const LearnerState> resume = {},
                                      const char* env = "CartPole-v1") {
    TrainConfig config{.env = env, .seed = seed, .threads = threads};
    std::map<std::int64_t, Trained> all;
    std::mutex mutex;
    ReinforcePopulation<float>(config, settings[0])
        .learn(settings, learners, resume,
               [&](const TrainedNetwork<float>& one) {
                   const std::scoped_lock lock(mutex);
                   all[one.learner] = {{one.parameters.begin(), one.parameters.end()},
                                       {one.returns.begin(), one.returns.end()},
                                       make_state({one.stage, {one.steps}}, one.state),
                                       one.stage};
               },
               {});
    return all;
}

}  // namespace

TEST_CASE("the gradient is that of a literal program", "[reinforce]") {
    const Case cases[] = {
        {1, true, true, true, false, 0},   {1, true, false, true, false, 0},
        {1, true, true, false, false, 0},  {1, false, true, false, true, 0.1},
        {3, true, true, false, false, 0},  {3, true, true, false, true, 0.05},
        {3, false, false, false, true, 0},
    };
    for (const Case& c : cases) {
        Comparison comparison(c);
        const auto [policy, value] = comparison.ours();
        const auto [literal_policy, literal_value] = comparison.literal();
        INFO("outputs " << c.outputs << ", normalize " << c.normalize << ", squared " << c.squared
                        << ", baseline " << c.baseline << ", entropy " << c.entropy);
        // Sums of 144 terms of size 1 in another order.
        CHECK(largest_difference(policy, literal_policy) < 1e-11);
        if (c.baseline) CHECK(largest_difference(value, literal_value) < 1e-11);
    }
}

TEST_CASE("one step alone teaches as it is", "[reinforce]") {
    for (const bool baseline : {false, true}) {
        Comparison one({1, true, true, false, baseline, 0});
        one.lengths = {1}, one.after = {0}, one.steps = 1;
        const auto [policy, value] = one.ours();
        one.c.normalize = false;  // 0 / 0
        const auto [literal_policy, literal_value] = one.literal();
        CHECK(largest_difference(policy, literal_policy) < 1e-11);
        CHECK(largest_difference(policy, std::vector<double>(policy.size())) > 1e-3);
    }
}

TEST_CASE("steps that are alike teach nothing", "[reinforce]") {
    Comparison alike({1, true, true, false, false, 0});
    alike.gamma = 0, alike.after = {0, 0, 0, 0};
    for (double& reward : alike.rewards) reward = 0.1;  // the mean is rounded
    for (const double g : alike.ours().first) CHECK(g == 0);
}

TEST_CASE("episodes of one step teach something", "[reinforce]") {
    const Agent& agent = find_agent("reinforce");
    TrainConfig config{.env = "CartPole-v1", .learners = 4, .threads = 1};
    config.env_settings.max_episode_steps = 1;
    config.settings["episodes"] = 1;
    const TrainResult before = train(agent, config);
    config.settings["episodes"] = 30;
    const TrainResult after = train(agent, config);
    for (std::size_t i = 0; i < 4; ++i) CHECK(after.networks[i] != before.networks[i]);
}

TEST_CASE("a learner is the same alone, in the crowd, and on any number of threads",
          "[reinforce]") {
    ReinforceSettings s = tutorial_003();
    s.episodes = 60;
    const auto crowd = learn({s}, 40);
    CHECK(learn({s}, 40, 3) == crowd);
    for (const std::int64_t i : {0, 17, 39})
        CHECK(learn({s}, 1, 1, 7 + static_cast<std::uint64_t>(i)).at(0) == crowd.at(i));
}

TEST_CASE("a learner that goes on is the one that never stopped", "[reinforce]") {
    ReinforceSettings s = tutorial_003();
    s.network.bias = true;
    s.optimizer = {.kind = OptimizerKind::nadam, .learning_rate = 0.01, .weight_decay = 1};
    s.baseline = s.bootstrap = true;
    s.update_every = 3;  // stops between two updates
    s.episodes = 50;
    const auto first = learn({s}, 20);
    std::vector<LearnerState> states;
    for (const auto& [learner, one] : first) states.push_back(one.state);
    s.episodes = 80;
    const auto resumed = learn({s}, 20, 2, 7, states);
    CHECK(resumed == learn({s}, 20));
    CHECK_FALSE(resumed == first);
    states[3] = make_state({LearnerStage::failed});  // is left out
    CHECK(learn({s}, 20, 1, 7, states).count(3) == 0);
    states[4].resize(states[4].size() - 4);
    CHECK_THROWS_AS(learn({s}, 20, 1, 7, states), ConfigError);
}

TEST_CASE("a diverging learner fails, and its neighbors keep their bits", "[reinforce]") {
    ReinforceSettings s = tutorial_003();
    s.episodes = 40;
    std::vector<ReinforceSettings> all(20, s);
    const auto sane = learn(all, 20);
    all[5].optimizer.learning_rate = 1e38;
    all[5].loss = PolicyLoss::log;
    auto mixed = learn(all, 20);
    CHECK(mixed.at(5).stage == LearnerStage::failed);
    mixed.erase(5);
    for (const auto& [learner, one] : mixed) CHECK(one == sane.at(learner));
}

TEST_CASE("curves are the tutorial's, and those of broken learners are not", "[reinforce][once]") {
    // Tutorial 003 as written, 40 runs: mean and standard error of the fifty returns up to
    // episode 400.
    constexpr double recorded = 54.4525, recorded_error = 5.1108;
    const auto z = [&](double rate) {
        ReinforceSettings s = tutorial_003();
        s.episodes = 400;
        s.optimizer.learning_rate = rate;
        std::vector<double> means;
        for (const auto& [learner, one] : learn({s}, 48, 0)) {
            const std::vector<double> last(one.returns.end() - 50, one.returns.end());
            means.push_back(mean(last));
        }
        const double error = standard_deviation(means) / std::sqrt(48.0);
        return (mean(means) - recorded) / std::hypot(error, recorded_error);
    };
    CHECK(std::abs(z(0.01)) < 3);
    CHECK(std::abs(z(0)) > 4);
    CHECK(std::abs(z(-0.01)) > 4);
}

TEST_CASE("a softmax policy walks the board", "[reinforce]") {
    ReinforceSettings s;
    s.network.hidden = {16};
    s.optimizer = {.kind = OptimizerKind::adam, .learning_rate = 0.02};
    s.update_every = 4;
    s.episodes = 800;
    const auto all = learn({s}, 16, 1, 3, {}, "Gridworld-v0");
    std::vector<double> early, late;
    for (const auto& [learner, one] : all) {
        for (std::size_t e = 0; e < 100; ++e) {
            early.push_back(one.returns[e]);
            late.push_back(one.returns[one.returns.size() - 1 - e]);
        }
    }
    // Random play is eaten or drowns; three apples in four are far above chance.
    CHECK(mean(late) > mean(early) + 0.5);
}

TEST_CASE("a learner of the tutorial takes 16 KiB", "[reinforce]") {
    ReinforceStructure s{.policy = make_shape({.hidden = {10, 10}}, 4, 1),
                         .value = {},
                         .optimizer = OptimizerKind::sgd,
                         .baseline = false,
                         .masked = false,
                         .steps = 500,
                         .episodes = 1};
    // The memory it keeps, its column of the weights for acting, which sixteen learners share, and
    // the returns of a thousand episodes.
    const std::size_t acting = static_cast<std::size_t>(s.policy.parameters) * sizeof(float);
    CHECK(ReinforceLearner<float>::bytes(s) + acting + 1000 * sizeof(float) <= 16 * 1024);
}

TEST_CASE("settings that do not fit are refused", "[reinforce]") {
    ReinforceSettings s;
    s.bootstrap = true;
    CHECK_THROWS_AS(learn({s}, 1), ConfigError);
    s = {};
    s.loss = PolicyLoss::square;
    CHECK_THROWS_AS(learn({s}, 1, 1, 0, {}, "Gridworld-v0"), ConfigError);
    s = {};
    s.network.hidden = {0};
    CHECK_THROWS_AS(learn({s}, 1), ConfigError);
    s = {};
    s.update_every = 1'000'000'000;
    CHECK_THROWS_AS(learn({s}, 1), ConfigError);
}
