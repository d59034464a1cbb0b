// Actor-critic, A2C and PPO: their arithmetic against literal programs, finite differences and
// PyTorch.

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "agents/actor_critic/rollout.hpp"
#include "engine/machine/library_kernels.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"
#include "tools/reproduce/systems/slides_actor_critic.hpp"

namespace lockstep::test {
namespace {

const NetworkKernels<double>& kernels() { return network_kernels<double>(default_isa()); }

// A rollout of random numbers in which a quarter of the steps end an episode.
class RandomRollout {
public:
    explicit RandomRollout(std::mt19937_64& random)
        : rollout({.num_envs = 3, .num_steps = 7}, 1), rows(rollout.rows()) {
        std::normal_distribution<double> normal;
        const std::int64_t n = rollout.samples();
        const auto fill = [&](double* row, std::int64_t count) {
            for (std::int64_t i = 0; i < count * lane_count; ++i) row[i] = normal(random);
        };
        fill(rows.reward, n), fill(rows.final_value, n), fill(rows.value, n + rows.worlds);
        for (std::int64_t i = 0; i < n; ++i) {
            rows.terminated[i] = static_cast<std::uint32_t>(random() & random() & random());
            rows.done[i] = rows.terminated[i] | static_cast<std::uint32_t>(random() & random());
        }
        std::uniform_real_distribution<double> share;
        for (int lane = 0; lane < lane_count; ++lane) {
            lanes.gamma[lane] = share(random), lanes.gae_lambda[lane] = share(random);
            lanes.clip_range[lane] = lane % 4 == 0 ? 0 : 0.3 * share(random);
            lanes.vf_coef[lane] = share(random), lanes.ent_coef[lane] = share(random);
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
        const bool done = (rows.done[i] >> lane & 1U) != 0;
        double next = rows.value[(i + rows.worlds) * lane_count + lane];
        if (done) next = rows.final_value[i * lane_count + lane];
        if (ended) next = 0;
        sum += factor * (rows.reward[i * lane_count + lane] + r.lanes.gamma[lane] * next -
                         rows.value[i * lane_count + lane]);
        if (done) break;
        factor *= r.lanes.gamma[lane] * r.lanes.gae_lambda[lane];
    }
    return sum;
}

// One learner's samples and outputs, and its loss as in the papers.
struct LossCase {
    static constexpr int actions = 5, count = 4;
    RandomRollout random;
    // [2 count][action logits, then a value][lane]
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
            rows.legal[i] = static_cast<std::uint32_t>(numbers()) | 1U << rows.action[i];
            rows.log_probability[i] = -1.5 + 0.2 * normal(numbers);
        }
        for (std::int32_t& sample : order)
            sample = static_cast<std::int32_t>(numbers() % static_cast<std::uint64_t>(n));
        kernels().advantage_moments(rows.advantage, order.data(), count, moments.data());
    }

    double& output(int k, int row, int lane) {
        return outputs[static_cast<std::size_t>((k * (actions + 1) + row) * lane_count + lane)];
    }
    double log_probability(int k, int action, std::uint32_t legal, int lane) {
        double sum = 0;
        for (int a = 0; a < actions; ++a)
            if ((legal >> a & 1U) != 0) sum += std::exp(output(k, a, lane));
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
        const std::uint32_t legal = rows.legal[at];
        const double advantage = (rows.advantage[at] - moments[static_cast<std::size_t>(lane)]) *
                                 moments[static_cast<std::size_t>(lane_count + lane)];
        const double log_p = log_probability(k, rows.action[at], legal, lane);
        const double clip = random.lanes.clip_range[lane];
        double gain = advantage * log_p;
        if (clip > 0) {
            const double ratio = std::exp(log_p - rows.log_probability[at]);
            gain = std::min(ratio * advantage, std::clamp(ratio, 1 - clip, 1 + clip) * advantage);
        }
        double entropy = 0;
        for (int a = 0; a < actions; ++a) {
            if ((legal >> a & 1U) == 0) continue;
            const double one = log_probability(k, a, legal, lane);
            entropy -= std::exp(one) * one;
        }
        double target = rows.target[at];
        if (residual)
            target = rows.reward[at] + rows.discount[at] * output(count + k, actions, lane);
        const double error = output(k, actions, lane) - target;
        return -gain + random.lanes.vf_coef[lane] * error * error -
               random.lanes.ent_coef[lane] * entropy;
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

}  // namespace

TEST_CASE("advantages are those of a literal sum", "[actor-critic]") {
    std::mt19937_64 random = random_numbers("advantages");
    RandomRollout r(random);
    kernels().advantages(r.rows, r.lanes);
    for (int i = 0; i < r.rows.steps * r.rows.worlds; ++i) {
        for (int lane = 0; lane < lane_count; ++lane) {
            const int at = i * lane_count + lane;
            const double wanted = literal_advantage(r, i / r.rows.worlds, i % r.rows.worlds, lane);
            // Seven terms, each rounded a few times.
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
            // Central differences have errors of h^2, and of 1e-16 / h times a loss of about ten.
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
    // 16 lanes of 2,000 shuffles: cells of a 4 x 4 table expect 8,000 with sd 77; five of them.
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

TEST_CASE("advantages that are alike have no deviation", "[actor-critic]") {
    std::mt19937_64 random = random_numbers("advantages that are alike");
    for (const int count : {2, 3, 7, 1000, 4096}) {
        // The mean of a lane's numbers is rounded.
        float number[lane_count];
        for (float& x : number) x = std::uniform_real_distribution<float>(-3, 3)(random);
        std::vector<float> advantages, moments(2 * lane_count);
        std::vector<std::int32_t> order;
        for (int k = 0; k < count * lane_count; ++k) {
            advantages.push_back(number[k % lane_count]);
            order.push_back(k / lane_count);
        }
        advantages[5] += 1;  // one of lane 5's differs
        network_kernels<float>(default_isa())
            .advantage_moments(advantages.data(), order.data(), count, moments.data());
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            CAPTURE(count, lane, number[lane]);
            CHECK((moments[lane_count + lane] == 0) == (lane != 5));
        }
    }
}

}  // namespace lockstep::test
