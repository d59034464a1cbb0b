// The batched actor-critic: its updates against a program written out sample by sample, what it
// learns, and that neither threads nor instruction sets change it.

#include <cmath>

#include "agents/actor_critic/batched.hpp"
#include "agents/network/network_env.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tables.hpp"

namespace lockstep::test {
namespace {

using Numbers = std::vector<double>;

TrainConfig config_of(const std::vector<std::string>& settings = {}) {
    return {.env = "CartPole-v1",
            .env_settings = settings_of("CartPole-v1", settings),
            .precision = Precision::f64,
            .threads = 1};
}

TrainResult train(const TrainConfig& config, const ActorCriticSettings& settings) {
    return train_batched(config, {&settings, 1}, {});
}

// A plain update with more worlds than fit a block, so that the last block is not full.
ActorCriticSettings small() {
    ActorCriticSettings s;
    s.network.hidden = {7, 5};
    s.network.activations = {Activation::tanh};
    s.optimizer.kind = OptimizerKind::sgd;
    s.optimizer.learning_rate = 0.5;
    s.num_envs = 300;
    s.num_steps = 12;
    s.steps = s.num_envs * s.num_steps;
    s.gamma = 0.9;
    s.gae_lambda = 0.8;
    s.ent_coef = 0.05;
    return s;
}

struct Sample {
    Numbers seen;
    int action = 0;
    double probability = 0, reward = 0, value = 0, advantage = 0, target = 0;
    bool goes_on = true;
    Numbers last_seen = {};  // set if the episode was truncated
};

// A network with the activations of its layers, starting with the input.
struct Literal {
    NetworkShape shape;
    std::size_t first;  // its first parameter

    std::vector<Numbers> forward(const Numbers& p, const Numbers& seen) const {
        std::vector<Numbers> values = {seen};
        for (int l = 0; l < shape.layer_count; ++l) {
            const LayerShape& layer = shape.layers[l];
            Numbers out;
            for (int o = 0; o < layer.outputs; ++o) {
                double sum = p[first + static_cast<std::size_t>(layer.biases + o)];
                for (int i = 0; i < layer.inputs; ++i)
                    sum += weight(p, layer, o, i) * values.back()[static_cast<std::size_t>(i)];
                out.push_back(layer.activation == Activation::tanh ? std::tanh(sum) : sum);
            }
            values.push_back(out);
        }
        return values;
    }
    // Adds the gradient, given the gradient at the outputs.
    void backward(const Numbers& p, const std::vector<Numbers>& values, Numbers delta,
                  Numbers& gradient) const {
        for (int l = shape.layer_count - 1; l >= 0; --l) {
            const LayerShape& layer = shape.layers[l];
            const Numbers& below = values[static_cast<std::size_t>(l)];
            Numbers next(below.size(), 0);
            for (int o = 0; o < layer.outputs; ++o) {
                const double d = delta[static_cast<std::size_t>(o)];
                gradient[first + static_cast<std::size_t>(layer.biases + o)] += d;
                for (std::size_t i = 0; i < below.size(); ++i) {
                    gradient[at(layer, o, static_cast<int>(i))] += d * below[i];
                    next[i] += d * weight(p, layer, o, static_cast<int>(i));
                }
            }
            for (std::size_t i = 0; i < below.size(); ++i) next[i] *= 1 - below[i] * below[i];
            delta = next;
        }
    }

private:
    std::size_t at(const LayerShape& layer, int o, int i) const {
        return first + static_cast<std::size_t>(layer.weights + o * layer.inputs + i);
    }
    double weight(const Numbers& p, const LayerShape& layer, int o, int i) const {
        return p[at(layer, o, i)];
    }
};

// The learner written out: one world at a time, one sample at a time.
class LiteralLearner {
public:
    LiteralLearner(const TrainConfig& config, const ActorCriticSettings& s, Numbers parameters)
        : s_(s),
          world_(config),
          p_(std::move(parameters)),
          keys_(learner_keys(config.seed, Stream::resets)) {
        const NetworkShape policy = make_shape(s.network, 4, s.shared ? 3 : 2);
        policy_ = {policy, 0};
        if (!s.shared)
            value_ = {make_shape(s.network, 4, 1), static_cast<std::size_t>(policy.parameters)};
    }

    Numbers update() {
        for (std::int64_t id = 0; id < s_.num_envs; ++id) play(static_cast<std::uint32_t>(id));
        double mean = 0, variance = 0;
        const auto n = static_cast<double>(samples_.size());
        for (const Sample& x : samples_) mean += x.advantage / n;
        for (const Sample& x : samples_)
            variance += (x.advantage - mean) * (x.advantage - mean) / n;
        for (Sample& x : samples_) {
            if (s_.normalize_advantage)
                x.advantage = (x.advantage - mean) / (std::sqrt(variance) + 1e-8);
        }
        for (std::int64_t epoch = 0; epoch < s_.update_epochs; ++epoch) {
            Numbers gradient(p_.size(), 0);
            for (const Sample& x : samples_) add_gradient(x, gradient);
            for (std::size_t i = 0; i < p_.size(); ++i)
                p_[i] -= s_.optimizer.learning_rate * gradient[i] / n;
        }
        return p_;
    }

private:
    double value(const Numbers& seen) const {
        return s_.shared ? policy_.forward(p_, seen).back()[2] : value_.forward(p_, seen).back()[0];
    }
    Numbers probabilities(const Numbers& seen) const {
        const Numbers z = policy_.forward(p_, seen).back();
        const double one = 1 / (1 + std::exp(z[0] - z[1]));
        return {1 - one, one};
    }
    // The world is lane 0. The kernels' environment and random numbers are tested elsewhere.
    void play(std::uint32_t id) {
        OwnedLaneWorlds<double> worlds = world_.make_worlds();
        world_.give_lane(*worlds, 0, keys_, id);
        LaneKeyWords key{};
        put_key(key, 0, keys_.actions);
        double seen[4 * lane_count] = {}, uniform[lane_count];
        std::int32_t actions[lane_count] = {};
        const auto sight = [&] {
            return Numbers{seen[0], seen[lane_count], seen[2 * lane_count], seen[3 * lane_count]};
        };
        world_.play().begin_episodes(world_.worlds(), *worlds, 1, seen);
        const std::size_t first = samples_.size();
        for (std::int64_t t = 0; t < s_.num_steps; ++t) {
            Sample x{.seen = sight()};
            world_.networks().draw_uniforms(key, worlds->id, worlds->time, 1, uniform);
            const Numbers p = probabilities(x.seen);
            x.action = uniform[0] < p[0] ? 0 : 1;
            x.probability = p[static_cast<std::size_t>(x.action)];
            x.value = value(x.seen);
            actions[0] = x.action;
            world_.play().play(world_.worlds(), *worlds, {actions}, seen);
            x.reward = worlds->reward[0];
            if (((worlds->terminated | worlds->truncated) & 1U) != 0) {
                x.goes_on = false;
                if ((worlds->terminated & 1U) == 0) x.last_seen = sight(), ++cut_short;
                world_.play().begin_episodes(world_.worlds(), *worlds, 1, seen);
            }
            samples_.push_back(x);
        }
        estimate(first, value(sight()));
    }
    void estimate(std::size_t first, double next_value) {
        double next = 0;
        for (std::size_t i = samples_.size(); i-- > first;) {
            Sample& x = samples_[i];
            const double after =
                x.goes_on ? next_value : (x.last_seen.empty() ? 0 : value(x.last_seen));
            next = x.reward + s_.gamma * after - x.value +
                   (x.goes_on ? s_.gamma * s_.gae_lambda * next : 0);
            x.advantage = next, x.target = next + x.value;
            next_value = x.value;
        }
    }
    void add_gradient(const Sample& x, Numbers& gradient) const {
        const Numbers p = probabilities(x.seen);
        const double ratio = p[static_cast<std::size_t>(x.action)] / x.probability;
        double pull = x.advantage;
        if (s_.clip_range > 0) {
            const double low = 1 - s_.clip_range, high = 1 + s_.clip_range;
            const double clipped = std::min(std::max(ratio, low), high);
            // The minimum is constant if the clipped term is smaller.
            pull = clipped * x.advantage < ratio * x.advantage ? 0 : ratio * x.advantage;
            clips += pull == 0;
        }
        const double entropy = -p[0] * std::log(p[0]) - p[1] * std::log(p[1]);
        Numbers delta;
        for (int a = 0; a < 2; ++a) {
            const double q = p[static_cast<std::size_t>(a)];
            delta.push_back(pull * (q - (a == x.action ? 1 : 0)) +
                            s_.ent_coef * q * (std::log(q) + entropy));
        }
        const double error = 2 * s_.vf_coef * (value(x.seen) - x.target);
        if (s_.shared) delta.push_back(error);
        policy_.backward(p_, policy_.forward(p_, x.seen), delta, gradient);
        if (!s_.shared) value_.backward(p_, value_.forward(p_, x.seen), {error}, gradient);
    }

    const ActorCriticSettings& s_;
    NetworkEnv<double> world_;
    Numbers p_;
    const LearnerKeys keys_;
    Literal policy_{}, value_{};
    std::vector<Sample> samples_;

public:
    int cut_short = 0;      // truncated episodes
    mutable int clips = 0;  // samples without a gradient
};

void check_update(const ActorCriticSettings& settings) {
    // Episodes end in both ways: random play drops the pole from step 8 on.
    const TrainConfig config = config_of({"max_episode_steps=10"});
    ActorCriticSettings still = settings;
    still.optimizer.learning_rate = 0;
    const Numbers before = train(config, still).networks[0];
    const Numbers after = train(config, settings).networks[0];
    LiteralLearner literal(config, settings, before);
    const Numbers expected = literal.update();
    REQUIRE(after.size() == expected.size());
    CHECK(literal.cut_short > 100);
    CHECK((literal.clips > 0) == (settings.clip_range > 0));
    // Sums of 3,600 samples in another order, with another tanh and exp: a few ulps each.
    double most = 0, moved = 0;
    for (std::size_t i = 0; i < after.size(); ++i) {
        most = std::max(most, std::abs(after[i] - expected[i]));
        moved = std::max(moved, std::abs(after[i] - before[i]));
    }
    CHECK(most < 1e-10);
    CHECK(moved > 1e-3);
}

ActorCriticSettings ppo() {
    ActorCriticSettings s;
    s.network.hidden = {16};
    s.num_envs = 600;
    s.num_steps = 10;
    s.steps = 3 * s.num_envs * s.num_steps;
    s.update_epochs = 2, s.num_minibatches = 3;
    s.clip_range = 0.2;
    s.normalize_advantage = s.anneal_lr = true;
    s.optimizer.max_grad_norm = 0.5;
    return s;
}

}  // namespace

TEST_CASE("an update is the one that is written out", "[batched]") {
    SECTION("one network") { check_update(small()); }
    SECTION("a network for the value") {
        ActorCriticSettings s = small();
        s.shared = false;
        check_update(s);
    }
    SECTION("several passes with a clipped ratio") {
        ActorCriticSettings s = small();
        s.update_epochs = 4;
        s.clip_range = 0.01;
        s.normalize_advantage = true;
        check_update(s);
    }
}

TEST_CASE("a gradient is clipped to the norm over all parameters", "[batched]") {
    ActorCriticSettings s = small(), still = s;
    still.optimizer.learning_rate = 0;
    s.optimizer.learning_rate = 1, s.optimizer.max_grad_norm = 0.01;
    const Numbers before = train(config_of(), still).networks[0];
    const Numbers after = train(config_of(), s).networks[0];
    double square = 0;
    for (std::size_t i = 0; i < after.size(); ++i)
        square += (after[i] - before[i]) * (after[i] - before[i]);
    // Weights near 1 are rounded.
    CHECK(std::sqrt(square) == Approx(0.01).epsilon(1e-12));
}

TEST_CASE("threads do not change a batched learner", "[batched]") {
    ActorCriticSettings plain = ppo();
    plain.update_epochs = plain.num_minibatches = 1;
    plain.normalize_advantage = false;
    for (const ActorCriticSettings& s : {plain, ppo()}) {
        for (const Precision precision : {Precision::f32, Precision::f64}) {
            TrainConfig config = config_of();
            config.precision = precision;
            config.learners = 2;
            config.test_episodes = 5;
            const TrainResult alone = train(config, s);
            REQUIRE(alone.failed.empty());
            REQUIRE(alone.networks[0] != alone.networks[1]);
            for (const int threads : {2, 3, 8}) {
                CAPTURE(threads);
                config.threads = threads;
                const TrainResult other = train(config, s);
                CHECK(other.hash == alone.hash);
                CHECK(other.networks == alone.networks);
                CHECK(other.test_scores == alone.test_scores);
            }
        }
    }
}

TEST_CASE("instruction sets do not change a batched learner", "[batched][once]") {
    for (const Precision precision : {Precision::f32, Precision::f64}) {
        TrainConfig config = config_of();
        config.precision = precision;
        config.test_episodes = 5;
        config.isa = Isa::scalar;
        const std::uint64_t expected = train(config, ppo()).hash;
        for (const Isa isa : built_isas) {
            if (!supported(isa)) continue;
            CAPTURE(name(isa));
            config.isa = isa;
            CHECK(train(config, ppo()).hash == expected);
        }
    }
}

TEST_CASE("learner i is the learner of seed + i", "[batched]") {
    TrainConfig config = config_of();
    config.learners = 2;
    const TrainResult both = train(config, ppo());
    config.learners = 1, config.seed = 1;
    CHECK(train(config, ppo()).networks[0] == both.networks[1]);
}

TEST_CASE("a batched learner learns CartPole", "[batched][once]") {
    ActorCriticSettings s;
    s.network.hidden = {32, 32};
    s.network.activations = {Activation::tanh};
    s.num_envs = 64;
    s.num_steps = 32;
    s.steps = 150'000;
    s.update_epochs = 4, s.num_minibatches = 4;
    s.gae_lambda = 0.95, s.clip_range = 0.2;
    s.normalize_advantage = true;
    s.optimizer.learning_rate = 2e-3;
    s.optimizer.max_grad_norm = 0.5;
    TrainConfig config = config_of();
    config.precision = Precision::f32;
    config.test_episodes = 100;
    const TrainResult result = train(config, s);
    REQUIRE(result.curve.size() == 20);
    // Random play returns 22; one seed with this budget reaches several hundred. The bound lies far
    // below that, and above anything that random play reaches by luck.
    double sum = 0;
    for (const double score : result.test_scores) sum += score;
    CHECK(sum / 100 > 200);
    CHECK(result.curve.back().values[0] > 2 * result.curve.front().values[0]);
    s.optimizer.learning_rate = 0;
    CHECK(train(config, s).curve.back().values[0] < 60);
}

TEST_CASE("a learner whose weights stop being finite has failed", "[batched]") {
    ActorCriticSettings s = ppo();
    s.optimizer.kind = OptimizerKind::sgd;
    s.optimizer.max_grad_norm = 0;
    s.optimizer.learning_rate = 1e200;
    const TrainResult result = train(config_of(), s);
    REQUIRE(result.failed.size() == 1);
    CHECK(result.failed[0].learner == 0);
    CHECK(result.failed[0].step % (s.num_envs * s.num_steps) == 0);
    CHECK(result.failed[0].step > 0);
    CHECK(result.networks[0].empty());
}

TEST_CASE("a batched learner refuses what it cannot do", "[batched][bad-input]") {
    ActorCriticSettings s = small();
    s.num_envs = 1'000'000'000'000;
    s.steps = s.num_envs * s.num_steps;
    check_refused([&] { train(config_of(), s); }, {"num_envs = 1000000000000", "MiB", "available"});
    s = small();
    s.num_minibatches = 13;
    check_refused([&] { train(config_of(), s); }, {"num_minibatches = 13", "12 steps"});
    s = small();
    s.steps = 3599;
    check_refused([&] { train(config_of(), s); }, {"steps = 3599", "3600 samples"});
    s = small();
    s.residual = true;
    check_refused([&] { train(config_of(), s); }, {"residual", "false"});
}

}  // namespace lockstep::test
