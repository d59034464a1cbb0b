// Actor-critic, A2C and PPO: their arithmetic against literal programs, finite differences and
// PyTorch; what they learn; and that neither lanes, neighbours nor threads change it.

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <lockstep/agents/actor_critic/actor_critic_agents.hpp>
#include <lockstep/agents/actor_critic/learners.hpp>
#include <lockstep/agents/actor_critic/population.hpp>
#include <lockstep/agents/actor_critic/slides.hpp>
#include <lockstep/agents/state_head.hpp>
#include <lockstep/agents/statistics.hpp>
#include <lockstep/tests/agents/small_ppo.hpp>
#include <lockstep/tests/support/catch.hpp>
#include <lockstep/tests/support/errors.hpp>
#include <lockstep/tests/support/random.hpp>
#include <lockstep/tests/support/recorded.hpp>

namespace lockstep::test {
namespace {

const NetworkKernels<double>& kernels() { return network_kernels<double>(default_isa()); }

TrainConfig config_of(const std::string& env, const Agent& agent,
                      const std::vector<std::string>& settings, std::int64_t learners = 16) {
    TrainConfig config{.env = env, .learners = learners, .threads = 1};
    for (const std::string& one : settings) set(config, agent, one);
    return config;
}

// With a rate that falls, too.
ActorCriticSettings small() {
    ActorCriticSettings settings = small_ppo();
    settings.anneal = true;
    return settings;
}

struct Learnt {
    std::vector<float> parameters;
    std::vector<float> returns;
    std::int64_t steps = 0;
    LearnerStage stage = LearnerStage::not_begun;
    bool operator==(const Learnt&) const = default;
};

std::vector<Learnt> learn(const TrainConfig& config,
                          const std::vector<ActorCriticSettings>& settings, std::int64_t learners) {
    std::vector<Learnt> all(static_cast<std::size_t>(learners));
    const ActorCriticPopulation<float> population(config, settings[0]);
    population.learn(settings, learners,
                     [&](const TrainedActorCritic<float>& one) {
                         all[static_cast<std::size_t>(one.learner)] = {
                             {one.parameters.begin(), one.parameters.end()},
                             logged_returns<float>(one.log),
                             one.steps,
                             one.stage};
                     },
                     {});
    return all;
}

// A rollout of random numbers in which a quarter of the steps end an episode.
class RandomRollout {
public:
    explicit RandomRollout(std::mt19937_64& random)
        : rollout({.worlds = 3, .rollout = 7}, 1), rows(rollout.rows()) {
        std::normal_distribution<double> normal;
        const std::int64_t n = rollout.samples();
        const auto fill = [&](double* row, std::int64_t count) {
            for (std::int64_t i = 0; i < count * lane_count; ++i) row[i] = normal(random);
        };
        fill(rows.reward, n), fill(rows.final_value, n), fill(rows.value, n + rows.worlds);
        for (std::int64_t i = 0; i < n; ++i) {
            rows.terminated[i] = static_cast<std::uint32_t>(random() & random() & random());
            rows.over[i] = rows.terminated[i] | static_cast<std::uint32_t>(random() & random());
        }
        std::uniform_real_distribution<double> share;
        for (int lane = 0; lane < lane_count; ++lane) {
            lanes.gamma[lane] = share(random), lanes.lambda[lane] = share(random);
            lanes.clip_ratio[lane] = lane % 4 == 0 ? 0 : 0.3 * share(random);
            lanes.value_weight[lane] = share(random), lanes.entropy_weight[lane] = share(random);
        }
    }
    Rollout<double> rollout;
    RolloutRows<double>& rows;
    ActorCriticLanes<double> lanes{};
};

// The sum over k of (gamma lambda)^k delta_(t+k), to the end of the episode or of the rollout.
double literal_advantage(const RandomRollout& r, int t, int w, int lane) {
    const RolloutRows<double>& rows = r.rows;
    double sum = 0, factor = 1;
    for (; t < rows.steps; ++t) {
        const int i = t * rows.worlds + w;
        const bool ended = (rows.terminated[i] >> lane & 1U) != 0;
        const bool over = (rows.over[i] >> lane & 1U) != 0;
        double next = rows.value[(i + rows.worlds) * lane_count + lane];
        if (over) next = rows.final_value[i * lane_count + lane];
        if (ended) next = 0;
        sum += factor * (rows.reward[i * lane_count + lane] + r.lanes.gamma[lane] * next -
                         rows.value[i * lane_count + lane]);
        if (over) break;
        factor *= r.lanes.gamma[lane] * r.lanes.lambda[lane];
    }
    return sum;
}

// One learner's samples and outputs, and its loss as the papers write it.
struct LossCase {
    static constexpr int actions = 5, count = 4;
    RandomRollout random;
    // [2 count][actions logits, then a value][lane]
    std::vector<double> outputs = std::vector<double>(2 * count * (actions + 1) * lane_count);
    std::vector<double> moments = std::vector<double>(2 * lane_count);
    std::vector<std::int32_t> order = std::vector<std::int32_t>(count * lane_count);
    bool residual;

    LossCase(std::mt19937_64& numbers, bool through_target)
        : random(numbers), residual(through_target) {
        std::normal_distribution<double> normal;
        RolloutRows<double>& rows = random.rows;
        kernels().advantages(rows, random.lanes);
        for (double& x : outputs) x = normal(numbers);
        const std::int64_t n = random.rollout.samples();
        for (std::int64_t i = 0; i < n * lane_count; ++i) {
            rows.action[i] = static_cast<std::int32_t>(numbers() % actions);
            rows.possible[i] = static_cast<std::uint32_t>(numbers()) | 1U << rows.action[i];
            rows.log_probability[i] = -1.5 + 0.2 * normal(numbers);
        }
        for (std::int32_t& sample : order)
            sample = static_cast<std::int32_t>(numbers() % static_cast<std::uint64_t>(n));
        kernels().advantage_moments(rows.advantage, order.data(), count, moments.data());
    }

    double& output(int k, int row, int lane) {
        return outputs[static_cast<std::size_t>((k * (actions + 1) + row) * lane_count + lane)];
    }
    double log_probability(int k, int action, std::uint32_t possible, int lane) {
        double sum = 0;
        for (int a = 0; a < actions; ++a)
            if ((possible >> a & 1U) != 0) sum += std::exp(output(k, a, lane));
        return output(k, action, lane) - std::log(sum);
    }
    double loss(int lane) {
        double sum = 0;
        for (int k = 0; k < count; ++k) sum += sample_loss(k, lane);
        return sum;
    }
    double sample_loss(int k, int lane) {
        const auto at = static_cast<std::size_t>(
            order[static_cast<std::size_t>(k * lane_count + lane)] * lane_count + lane);
        const RolloutRows<double>& rows = random.rows;
        const std::uint32_t possible = rows.possible[at];
        const double advantage = (rows.advantage[at] - moments[static_cast<std::size_t>(lane)]) *
                                 moments[static_cast<std::size_t>(lane_count + lane)];
        const double log_p = log_probability(k, rows.action[at], possible, lane);
        const double clip = random.lanes.clip_ratio[lane];
        double gain = advantage * log_p;
        if (clip > 0) {
            const double ratio = std::exp(log_p - rows.log_probability[at]);
            gain = std::min(ratio * advantage, std::clamp(ratio, 1 - clip, 1 + clip) * advantage);
        }
        double entropy = 0;
        for (int a = 0; a < actions; ++a) {
            if ((possible >> a & 1U) == 0) continue;
            const double one = log_probability(k, a, possible, lane);
            entropy -= std::exp(one) * one;
        }
        double target = rows.target[at];
        if (residual)
            target = rows.reward[at] + rows.discount[at] * output(count + k, actions, lane);
        const double error = output(k, actions, lane) - target;
        return -gain + random.lanes.value_weight[lane] * error * error -
               random.lanes.entropy_weight[lane] * entropy;
    }
};

std::vector<double> deltas_of(LossCase& c) {
    std::vector<double> deltas(c.outputs.size(), 0);
    constexpr std::int64_t stride = (LossCase::actions + 1) * lane_count;
    constexpr std::int64_t value = LossCase::actions * lane_count;
    kernels().actor_critic_deltas({.rollout = &c.random.rows,
                                   .lanes = &c.random.lanes,
                                   .order = c.order.data(),
                                   .moments = c.moments.data(),
                                   .count = LossCase::count,
                                   .actions = LossCase::actions,
                                   .residual = c.residual,
                                   .logits = c.outputs.data(),
                                   .values = c.outputs.data() + value,
                                   .logit_deltas = deltas.data(),
                                   .value_deltas = deltas.data() + value,
                                   .policy_stride = stride,
                                   .value_stride = stride});
    return deltas;
}

double value_of_start(const std::vector<std::string>& env_settings) {
    // No hidden layer, and a state within 0.05 of 0: the value's bias is what the state is worth.
    const Agent agent = a2c_agent();
    std::vector<std::string> settings = {"hidden=none", "gamma=0.9", "rate=0.05", "clip=0",
                                         "steps=60000"};
    settings.insert(settings.end(), env_settings.begin(), env_settings.end());
    const TrainResult result =
        agent.train(config_of("CartPole-v1", agent, settings, 1), agent, nullptr);
    return result.networks.at(0).back();
}

std::vector<double> scores(const std::string& env, const Agent& agent,
                           const std::vector<std::string>& settings) {
    TrainConfig config = config_of(env, agent, settings);
    config.test_episodes = 100;
    config.threads = 0;
    return agent.train(config, agent, nullptr).test_scores;
}

}  // namespace

TEST_CASE("advantages are those of a literal sum", "[actor-critic]") {
    std::mt19937_64 random = random_numbers("advantages");
    RandomRollout r(random);
    kernels().advantages(r.rows, r.lanes);
    for (int i = 0; i < r.rows.steps * r.rows.worlds; ++i) {
        for (int lane = 0; lane < lane_count; ++lane) {
            const int at = i * lane_count + lane;
            const double wanted = literal_advantage(r, i / r.rows.worlds, i % r.rows.worlds, lane);
            // Seven terms, of which each is rounded a few times.
            CHECK(r.rows.advantage[at] == Approx(wanted).margin(1e-13));
            CHECK(r.rows.target[at] == Approx(wanted + r.rows.value[at]).margin(1e-13));
        }
    }
}

TEST_CASE("gradients by outputs are finite differences of the loss", "[actor-critic]") {
    std::mt19937_64 random = random_numbers("loss");
    for (const bool residual : {false, true}) {
        LossCase c(random, residual);
        const std::vector<double> deltas = deltas_of(c);
        for (std::size_t i = 0; i < c.outputs.size(); ++i) {
            const int lane = static_cast<int>(i % lane_count);
            const double h = 1e-6, x = c.outputs[i];
            c.outputs[i] = x + h;
            const double above = c.loss(lane);
            c.outputs[i] = x - h;
            const double below = c.loss(lane);
            c.outputs[i] = x;
            // Central differences err by h^2, and by 1e-16 / h of a loss of about ten.
            CHECK(deltas[i] == Approx((above - below) / (2 * h)).margin(1e-7));
        }
    }
}

TEST_CASE("a shuffle is a permutation of the lane's own", "[actor-critic]") {
    std::mt19937_64 random = random_numbers("shuffle");
    constexpr int count = 96;
    LaneKeyWords key;
    LaneWords time;
    for (auto& words : key)
        for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(random());
    for (std::uint32_t& word : time) word = static_cast<std::uint32_t>(random());
    const auto shuffled = [&](int lane) {
        std::vector<std::int32_t> order(count * lane_count), own;
        kernels().shuffle(key, time, count, order.data());
        for (std::size_t k = 0; k < count; ++k)
            own.push_back(order[k * lane_count + static_cast<std::size_t>(lane)]);
        return own;
    };
    const std::vector<std::int32_t> one = shuffled(3), other = shuffled(4);
    std::vector<std::int32_t> sorted = one, all(count);
    std::ranges::sort(sorted);
    std::iota(all.begin(), all.end(), 0);
    CHECK(sorted == all);
    CHECK(one != all);
    CHECK(one != other);
    key[0][7] ^= 1U, time[8] += 1;
    CHECK(shuffled(3) == one);
    time[3] += 1;
    CHECK(shuffled(3) != one);
}

TEST_CASE("a shuffle puts each sample anywhere equally often", "[actor-critic]") {
    // 16 lanes of 2,000 times: cells of a 4 x 4 table expect 8,000 with sd 77; five of them.
    std::mt19937_64 random = random_numbers("shuffle frequencies");
    LaneKeyWords key;
    for (auto& words : key)
        for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(random());
    int seen[4][4] = {};
    for (std::uint32_t draw = 0; draw < 2'000; ++draw) {
        LaneWords time;
        std::ranges::fill(time, draw);
        std::int32_t order[4 * lane_count];
        kernels().shuffle(key, time, 4, order);
        for (int i = 0; i < 4 * lane_count; ++i) ++seen[i / lane_count][order[i]];
    }
    for (const auto& place : seen)
        for (const int count : place) CHECK(std::abs(count - 8'000) < 5 * 77);
}

TEST_CASE("PyTorch's five updates of the slides' actor-critic", "[actor-critic]") {
    const auto theirs = recorded("slides/torch_actor_critic.json");
    const auto check = [&](const SlidesActorCritic& ours) {
        for (std::size_t i = 0; i < 5; ++i) {
            const auto& wanted = theirs.at("updates")[i];
            const SlidesUpdate& u = ours.updates.at(i);
            const auto near = [&](const char* name, double measured, std::size_t k) {
                CAPTURE(i, name, k);
                CHECK(std::abs(measured - wanted.at(name)[k].get<double>()) < 1e-5);
            };
            for (std::size_t a = 0; a < 2; ++a) {
                near("logits_before", u.logits_before[a], a);
                near("logits_after", u.logits_after[a], a);
            }
            near("value_before", u.value_before, 0), near("next_value", u.next_value, 0);
            near("value_after", u.value_after, 0);
            CHECK(std::abs(u.delta - wanted.at("delta").get<double>()) < 1e-5);
        }
        std::vector<double> wanted;
        for (const char* part : {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "actor.weight",
                                 "critic.weight", "actor.bias", "critic.bias"}) {
            const auto values = theirs.at("after_5_updates").at(part).get<std::vector<double>>();
            wanted.insert(wanted.end(), values.begin(), values.end());
        }
        REQUIRE(ours.parameters.size() == wanted.size());
        double most = 0;
        for (std::size_t k = 0; k < wanted.size(); ++k)
            most = std::max(most, std::abs(ours.parameters[k] - wanted[k]));
        CHECK(most < 1e-5);
    };
    check(slides_actor_critic<float>(default_isa()));
    check(slides_actor_critic<double>(default_isa()));
}

TEST_CASE("a learner learns the same alone and in a crowd, on any number of threads",
          "[actor-critic]") {
    for (const char* env : {"CartPole-v1", "FrozenLake-v1", "Pendulum-v1"}) {
        CAPTURE(env);
        TrainConfig config{.env = env, .seed = 7, .threads = 1};
        std::vector<ActorCriticSettings> settings;
        for (int i = 0; i < 40; ++i) {
            settings.push_back(small());
            settings.back().gamma = 1 - 0.01 * i;
            settings.back().optimiser.rate = 1e-3 * (i + 1);
            settings.back().clip_ratio = i % 3 == 0 ? 0 : 0.1 * i;
        }
        const std::vector<Learnt> crowd = learn(config, settings, 40);
        for (const int threads : {2, 3}) {
            config.threads = threads;
            CHECK(learn(config, settings, 40) == crowd);
        }
        for (const std::size_t i : {0UL, 5UL, 17UL, 39UL}) {
            TrainConfig alone = config;
            alone.seed += i;
            CHECK(learn(alone, {settings[i]}, 1)[0] == crowd[i]);
        }
        CHECK(crowd[0].parameters != crowd[1].parameters);
    }
}

TEST_CASE("a saved learner goes on with the same bits in another lane", "[actor-critic]") {
    const char* env = GENERATE("CartPole-v1", "Pendulum-v1");
    CAPTURE(env);
    const NetworkWorld<float> world({.env = env});
    const ActorCriticSettings settings = small();
    const ActorCriticShape shape = make_shape(settings, world.inputs(), world.action_space());
    ActorCriticLearners<float> first(world, shape, settings), second(world, shape, settings);
    for (int lane = 0; lane < lane_count; ++lane) {
        first.give(lane, settings, static_cast<std::uint64_t>(lane));
        second.give(lane, settings, 100);
    }
    first.iterate(), second.iterate();
    second.load(11, settings, first.save(2));
    for (int i = 0; i < 3; ++i) first.iterate(), second.iterate();
    CHECK(second.parameters(11) == first.parameters(2));
    CHECK(second.save(11) == first.save(2));
    CHECK(second.parameters(10) != first.parameters(2));
}

TEST_CASE("a learner that breaks down is told, and disturbs nobody", "[actor-critic]") {
    const TrainConfig config{.env = "CartPole-v1", .threads = 1};
    std::vector<ActorCriticSettings> settings(16, small());
    const std::vector<Learnt> sound = learn(config, settings, 16);
    settings[5].optimiser.rate = 1e38;
    settings[5].anneal = false;
    const std::vector<Learnt> broken = learn(config, settings, 16);
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 5) continue;
        CHECK(broken[i] == sound[i]);
        CHECK(broken[i].stage == LearnerStage::finished);
    }
    CHECK(broken[5].stage == LearnerStage::failed);
    CHECK(broken[5].steps == 64);

    const Agent agent = ppo_agent();
    const TrainResult result = agent.train(
        config_of("CartPole-v1", agent,
                  {"optimiser=sgd", "rate=1000", "clip=0", "value_weight=1000", "steps=512"}),
        agent, nullptr);
    REQUIRE(result.failed.size() == 16);
    CHECK(result.failed[0].step % 256 == 0);
    CHECK(result.test_scores.empty());
}

TEST_CASE("training that is resumed is training that was not interrupted", "[actor-critic][once]") {
    const Agent agent = ppo_agent();
    const auto train = [&](const char* steps, std::span<const LearnerState> resume) {
        TrainConfig config = config_of("CartPole-v1", agent, {"anneal=false", steps}, 20);
        config.resume = resume;
        return agent.train(config, agent, nullptr);
    };
    // 1000 steps are three updates, and the fourth is of the whole.
    TrainResult half = train("steps=1000", {});
    const TrainResult whole = train("steps=2000", {});
    const TrainResult resumed = train("steps=2000", half.states);
    CHECK(resumed.hash == whole.hash);
    CHECK(resumed.networks == whole.networks);
    CHECK(resumed.states == whole.states);
    CHECK(resumed.networks != half.networks);
    CHECK(resumed.env_steps == whole.env_steps);
    CHECK(resumed.env_steps_before == half.env_steps);
    REQUIRE(resumed.curve.size() == whole.curve.size());
    for (std::size_t i = 0; i < whole.curve.size(); ++i)
        CHECK(resumed.curve[i].values == whole.curve[i].values);

    // A learner that failed is left out, and the others do not notice.
    half.states[3] = make_state({LearnerStage::failed, {256}});
    const TrainResult fewer = train("steps=2000", half.states);
    CHECK(fewer.networks[3].empty());
    CHECK(fewer.networks[4] == whole.networks[4]);
    REQUIRE(fewer.failed.size() == 1);
    CHECK(fewer.failed[0].step == 256);

    half.states[4] = whole.states[4];
    check_refused([&] { train("steps=2000", half.states); }, {"after 3 and 7 updates"});
    check_refused([&] { train("steps=2000", std::vector<LearnerState>(20, LearnerState(3))); },
                  {"a state of 3 bytes"});
}

TEST_CASE("advantages that are alike have no deviation", "[actor-critic]") {
    std::mt19937_64 random = random_numbers("advantages that are alike");
    for (const int count : {2, 3, 7, 1000, 4096}) {
        // A number for each lane, whose mean is rounded.
        float number[lane_count];
        for (float& x : number) x = std::uniform_real_distribution<float>(-3, 3)(random);
        std::vector<float> advantages, moments(2 * lane_count);
        std::vector<std::int32_t> order;
        for (int k = 0; k < count * lane_count; ++k) {
            advantages.push_back(number[k % lane_count]);
            order.push_back(k / lane_count);
        }
        advantages[5] += 1;  // of lane 5, one differs
        network_kernels<float>(default_isa())
            .advantage_moments(advantages.data(), order.data(), count, moments.data());
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            CAPTURE(count, lane, number[lane]);
            CHECK((moments[lane_count + lane] == 0) == (lane != 5));
        }
    }
}

TEST_CASE("a minibatch of one sample is refused where advantages are normalised",
          "[actor-critic]") {
    using Settings = std::vector<const char*>;
    const auto train = [](const char* id, const Settings& settings) {
        const Agent& agent = find_agent(id);
        TrainConfig config{.env = "CartPole-v1", .threads = 1};
        config.agent_settings["steps"] = 64;
        for (const char* setting : settings) set(config, agent, setting);
        agent.train(config, agent, nullptr);
    };
    const std::pair<const char*, Settings> refused[] = {
        {"ppo", {"worlds=1", "rollout=8", "minibatches=8"}},
        {"ppo", {"rollout=1"}},
        {"ppo", {"worlds=4", "rollout=2"}},
        {"actor-critic", {"normalise=true"}},
        {"a2c", {"normalise=true", "worlds=1", "rollout=1"}},
        {"ppo", {"execution=batched", "worlds=1", "rollout=8", "minibatches=8"}},
        {"ppo", {"execution=batched", "worlds=1", "rollout=5", "minibatches=3"}},  // 1, 2, 2
    };
    for (const auto& [agent, settings] : refused) {
        CAPTURE(agent, settings);
        check_refused([&, &id = agent, &said = settings] { train(id, said); },
                      {"minibatches", "normalise=false"});
        Settings free = settings;
        free.push_back("normalise=false");
        CHECK_NOTHROW(train(agent, free));
    }
    CHECK_NOTHROW(train("ppo", {"worlds=1", "rollout=8", "minibatches=4"}));
    CHECK_NOTHROW(train("ppo", {"execution=batched", "worlds=2", "rollout=3", "minibatches=3"}));

    // Of learners that differ, one is enough.
    for (const int execution : {0, 1}) {
        const Agent& agent = find_agent("a2c");
        std::vector<LearnerConfig> each(3);
        each[2].agent_settings["normalise"] = 1;
        TrainConfig config{.env = "CartPole-v1", .threads = 1, .each = each};
        config.agent_settings = {
            {"steps", 64}, {"worlds", 1}, {"rollout", 1}, {"execution", execution}};
        check_refused([&] { agent.train(config, agent, nullptr); }, {"normalise=false"});
    }
}

TEST_CASE("a falling rate goes on with the same budget alone", "[actor-critic]") {
    for (const char* execution : {"execution=population", "execution=batched"}) {
        const Agent agent = ppo_agent();
        TrainConfig config = config_of("CartPole-v1", agent, {"steps=512", execution});
        const TrainResult whole = agent.train(config, agent, nullptr);
        config.resume = whole.states;
        CHECK(agent.train(config, agent, nullptr).hash == whole.hash);
        set(config, agent, "steps=1024");
        check_refused([&] { agent.train(config, agent, nullptr); },
                      {"anneal=true", "anneal=false"});
    }
}

TEST_CASE("values go on after truncation, and end with termination", "[actor-critic]") {
    // A reward of 1 and, but for one start in fifty, no further step that counts: 1, or 1 + 0.9 +
    // 0.9^2 + ... = 10. What Adam still moves after 60,000 steps is far below a twentieth of the
    // difference.
    CHECK(value_of_start({"max_episode_steps=1"}) == Approx(10).margin(0.4));
    CHECK(value_of_start({"theta_threshold_radians=0.001"}) == Approx(1).margin(0.4));
    CHECK(value_of_start({"max_episode_steps=1", "theta_threshold_radians=0.001"}) ==
          Approx(1).margin(0.4));
}

TEST_CASE("batched and population are two executions of one learner", "[actor-critic][once]") {
    // Sums of up to 640 numbers come in another order: each of 40 steps of the optimiser is off by
    // some 640 roundings of 1e-16, and Adam divides by gradients that may be a hundredth of their
    // terms. An action that were drawn otherwise would show at 1e-3.
    constexpr double tolerance = 1e-9;
    const auto train = [](const Agent& agent, const char* execution) {
        std::vector<std::string> settings = {"minibatches=1", "worlds=20", "steps=6400",
                                             "max_episode_steps=30", execution};
        TrainConfig config = config_of("CartPole-v1", agent, settings, 2);
        config.precision = Precision::f64;
        return agent.train(config, agent, nullptr);
    };
    for (const Agent& agent : {a2c_agent(), ppo_agent()}) {
        CAPTURE(agent.id);
        const TrainResult population = train(agent, "execution=population");
        const TrainResult batched = train(agent, "execution=batched");
        double most = 0;
        for (std::size_t i = 0; i < 2; ++i) {
            REQUIRE(batched.networks[i].size() == population.networks[i].size());
            for (std::size_t p = 0; p < batched.networks[i].size(); ++p)
                most = std::max(most, std::abs(batched.networks[i][p] - population.networks[i][p]));
        }
        CHECK(most > 0);  // two programs, and not one twice
        CHECK(most < tolerance);
        REQUIRE(batched.curve.size() == population.curve.size());
        for (std::size_t k = 0; k < batched.curve.size(); ++k) {
            CHECK(batched.curve[k].at == population.curve[k].at);
            CHECK(batched.curve[k].values == population.curve[k].values);
        }
    }
}

TEST_CASE("a world of tables is learnt", "[actor-critic][once]") {
    // An apple is worth 10, a step -0.1, wolf, water and the edge -10: one death in twenty would be
    // enough to fail.
    CHECK(mean(scores("Gridworld-v0", a2c_agent(), {"steps=12800", "max_episode_steps=100"})) > 9);
}

TEST_CASE(
    "the defaults of ppo balance the pole in a quarter of their steps, and no learner without a "
    "rate does",
    "[actor-critic][once]") {
    CHECK(interquartile_mean(scores("CartPole-v1", ppo_agent(), {"steps=25600"})) >= 475);
    CHECK(interquartile_mean(scores("CartPole-v1", ppo_agent(), {"rate=0", "steps=2048"})) < 200);
}

TEST_CASE("settings that do not fit are refused", "[actor-critic]") {
    const auto train = [](const Agent& agent, const std::vector<std::string>& settings) {
        agent.train(config_of("CartPole-v1", agent, settings, 1), agent, nullptr);
    };
    check_refused([&] { train(ppo_agent(), {"minibatches=7"}); }, {"minibatches", "256", "7"});
    check_refused([&] { train(ppo_agent(), {"steps=100"}); }, {"steps = 100", "256"});
    check_refused(
        [&] {
            train(ppo_agent(), {"rollout=1000000", "worlds=4096", "steps=2e9"});
        },
        {"steps = 2000000000"});
    check_refused(
        [&] {
            train(ppo_agent(), {"rollout=400000", "worlds=4096", "steps=2e9"});
        },
        {"rollout, worlds", "2^31"});
    check_refused(
        [&] {
            train(a2c_agent(), {"worlds=4097", "steps=1e6"});
        },
        {"worlds = 4097", "4096", "execution=batched"});
    check_refused([&] { train(a2c_agent(), {"residual=true"}); }, {"residual", "lambda=0"});
    check_refused([&] { train(ppo_agent(), {"gamma=1.5"}); }, {"gamma", "from 0 to 1"});
    check_refused([&] { train(ppo_agent(), {"rate=nan"}); }, {"rate", "nan"});
    check_refused([&] { train(ppo_agent(), {"hidden=0"}); }, {"hidden", "0"});
    ActorCriticSettings other = small();
    other.epochs = 3;
    check_refused(
        [&] {
            learn({.env = "CartPole-v1", .threads = 1}, {small(), other}, 2);
        },
        {"epochs"});
}

}  // namespace lockstep::test
