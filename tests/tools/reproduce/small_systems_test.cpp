// The slides' small systems: on NumPy's stream, their recorded tables to the last bit and their
// recorded means over a thousand seeds; on Lockstep's own stream, what theory predicts.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/support/numbers.hpp"
#include "tests/support/recorded.hpp"
#include "tools/reproduce/systems/bandit_replay.hpp"
#include "tools/reproduce/systems/numpy_draws.hpp"
#include "tools/reproduce/systems/small_systems.hpp"

namespace lockstep {
namespace {
using test::recorded;

const Json& slides() {
    static const Json all = recorded("slides/seed002_tabular_reference.json");
    return all;
}

void flatten(const Json& value, std::vector<double>& into) {
    if (value.is_array()) {
        for (const Json& element : value) flatten(element, into);
    } else {
        into.push_back(value.is_string() ? test::number_of(value.get<std::string>())
                                         : value.get<double>());
    }
}

// Recorded numbers in reading order, given as text or numbers, nested or not.
std::vector<double> numbers(const Json& value) {
    std::vector<double> flat;
    flatten(value, flat);
    return flat;
}

// Means over the seeds 0 to 999 of what `run` returns, a list of numbers per seed.
std::vector<double> means_over_seeds(auto&& run) {
    std::vector<double> sums;
    for (std::uint32_t seed = 0; seed < 1000; ++seed) {
        NumpyDraws draws(seed);
        const std::vector<double> values = run(draws);
        sums.resize(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) sums[i] += values[i];
    }
    for (double& sum : sums) sum /= 1000;
    return sums;
}

// The recorded means were summed in a different order.
void check_means(const std::vector<double>& measured, const Json& expected) {
    const std::vector<double> wanted = numbers(expected);
    REQUIRE(measured.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        CHECK(std::abs(measured[i] - wanted[i]) < 1e-13);
}

double uniform_reward(int, int, Draws& draws) { return draws.uniform(); }
double normal_reward(int, int, Draws& draws) { return draws.normal(); }
Transition noise(int, int, Draws& draws) {
    const int next = draws.below(5);
    return {next, draws.normal()};
}

std::vector<double> in_a_row(const TwoLevelValues& learnt) {
    std::vector<double> all = learnt.options;
    all.insert(all.end(), learnt.actions.values.begin(), learnt.actions.values.end());
    all.push_back(learnt.missing_choices);
    return all;
}

Json in_a_row(const Json& recording) {
    return {recording["options"], recording["actions"], recording["missing_choices"]};
}

const std::vector<Visit> episode = {{0, 1, 1}, {2, 0, -1}, {1, 2, 2}};

}  // namespace

TEST_CASE("independent learners: NumPy's tables, one bit for bit and a thousand in the mean") {
    NumpyDraws draws(0);
    const Json& reference = slides()["SimpleMARL_1000x1000"];
    CHECK(learn_independently({}, uniform_rewards, draws).values == numbers(reference["np_seed0"]));
    check_means(means_over_seeds([](Draws& each) {
                    return learn_independently({}, uniform_rewards, each).values;
                }),
                reference["q_values"]["mean"]);
}

TEST_CASE("independent learners find one of the two ways to agree") {
    const JointWorld agreement = [](std::span<const int> actions, std::span<double> rewards,
                                    Draws&) {
        for (double& reward : rewards) reward = actions[0] == actions[1] && actions[0] > 0;
    };
    std::set<std::ptrdiff_t> agreed;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        CounterDraws draws(seed);
        const ActionValues q = learn_independently({.steps = 5000}, agreement, draws);
        const auto choice = [&](int i) {
            return std::ranges::max_element(q.row(i)) - q.row(i).begin();
        };
        CHECK(choice(0) == choice(1));
        agreed.insert(choice(0));
    }
    CHECK(agreed == std::set<std::ptrdiff_t>{1, 2});
}

TEST_CASE("two levels: NumPy's tables, with the slip and without") {
    const Json all = recorded("slides/two_levels.json");
    for (const bool slip : {true, false}) {
        const Json& reference = all[slip ? "as_written" : "repaired"];
        const auto run = [&](Draws& draws) {
            return in_a_row(
                learn_two_levels({.exploring_teaches_all = slip}, uniform_reward, draws));
        };
        NumpyDraws draws(0);
        CHECK(run(draws) == numbers(in_a_row(reference["seed0"])));
        check_means(means_over_seeds(run), in_a_row(reference["mean_of_seeds_0_999"]));
    }
}

TEST_CASE("two levels: an option is worth what its best action pays") {
    CounterDraws draws(3);
    const auto reward = [](int option, int action, Draws&) {
        return option == 2 && action == 1 ? 1.0 : 0.0;
    };
    const TwoLevelValues learnt = learn_two_levels({.steps = 20000}, reward, draws);
    CHECK(std::ranges::max_element(learnt.options) - learnt.options.begin() == 2);
    CHECK(learnt.actions.row(2)[1] > 0.999);
    CHECK(learnt.actions.row(0)[1] == 0);
    CHECK(learnt.missing_choices == 0);
}

TEST_CASE("joints: NumPy's table and total rewards") {
    NumpyDraws draws(0);
    const Json& reference = slides()["SimpleRobot_1000x1000"];
    const JointValues learnt = learn_joints({}, normal_reward, draws);
    CHECK(learnt.values.values == numbers(reference["np_seed0_table"]));
    const std::vector<double> totals = numbers(reference["np_seed0_total_reward_at_0_100_"]);
    REQUIRE(totals.size() == 10);
    REQUIRE(learnt.total_rewards.size() == 1000);
    for (std::size_t i = 0; i < 10; ++i) CHECK(learnt.total_rewards[100 * i] == totals[i]);
    check_means(means_over_seeds([](Draws& each) {
                    return learn_joints({}, normal_reward, each).values.values;
                }),
                reference["q_table"]["mean"]);
}

TEST_CASE("Q-learning on noise: NumPy's tables") {
    NumpyDraws draws(0);
    const Json& reference = slides()["QLearningAgent_1000steps_1000runs"];
    CHECK(learn_q({}, noise, draws).values == numbers(reference["np_seed0_table"]));
    check_means(means_over_seeds([](Draws& each) { return learn_q({}, noise, each).values; }),
                reference["q_table"]["mean"]);
}

TEST_CASE("the policy gradient of a table: NumPy's preferences") {
    const Json& reference = slides()["REINFORCE_example"];
    ActionValues preferences(5, 3);
    reinforce(preferences, episode, 0.01);
    CHECK(preferences.values == numbers(reference["theta"]));
    for (int update = 1; update < 100; ++update) reinforce(preferences, episode, 0.01);
    CHECK(preferences.values == numbers(reference["theta_after_100_updates"]));
}

TEST_CASE("a random decision process: NumPy's rules and first ten steps") {
    NumpyDraws draws(0);
    const Json& reference = slides()["SimpleMDP_np_seed0"];
    const RandomMdp mdp(5, 3, draws);
    CHECK(mdp.probabilities == numbers(reference["transition_probs"]));
    CHECK(mdp.rewards == numbers(reference["rewards"]));
    int state = 0;
    for (const Json& step : reference["ten_steps_s_a_s2_r"]) {
        const int action = draws.below(3);
        const auto [next, reward] = mdp.step(state, action, draws);
        CHECK(std::vector<double>{double(state), double(action), double(next), reward} ==
              numbers(step));
        state = next;
    }
}

TEST_CASE("reward weights: the slides' slip moves them once, and NumPy's are equal") {
    NumpyDraws draws(0);
    const Json& reference = slides()["SimpleIRL_np_seed0"];
    const int once_each[] = {1, 1, 1, 1, 1};
    const RewardWeights learnt = match_features({.counts_are_experts = true}, once_each, draws);
    CHECK(learnt.initial == numbers(reference["initial"]));
    CHECK(learnt.weights == numbers(reference["final"]));
    CHECK(learnt.moving_updates == 1);
}

TEST_CASE("reward weights: repaired, they converge to the logarithms of the expert's visits") {
    const int visits[] = {1, 2, 4};
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CounterDraws draws(seed);
        const RewardWeights learnt =
            match_features({.updates = 20000, .rate = 0.05}, visits, draws);
        CHECK(learnt.weights[1] - learnt.weights[0] == Approx(std::log(2)).margin(1e-9));
        CHECK(learnt.weights[2] - learnt.weights[1] == Approx(std::log(2)).margin(1e-9));
        CHECK(learnt.mismatch < 1e-9);
        const auto sum = [](const std::vector<double>& w) {
            return std::accumulate(w.begin(), w.end(), 0.0);
        };
        CHECK(sum(learnt.weights) == Approx(sum(learnt.initial)).margin(1e-9));
    }
}

TEST_CASE("the bandit: NumPy's pulls, estimates and regret for all three ways to explore") {
    const Json all = recorded("slides/bandit.json");
    const std::vector<double> rewards = numbers(all["rewards"]);
    const auto check = [&](BanditMethod method, const char* name) {
        const Json& reference = all["methods"][name];
        const BanditRun run = replay_bandit(method, rewards, 1000, 0);
        CHECK(run.pulls == reference["seed0_counts"].get<std::vector<int>>());
        CHECK(run.values == numbers(reference["seed0_Q"]));
        double regret = 0;
        for (std::uint32_t seed = 0; seed < 1000; ++seed) {
            regret += replay_bandit(method, rewards, 1000, seed).regret;
        }
        CHECK(regret / 1000 == Approx(numbers(reference["regret_mean"])[0]).epsilon(1e-12));
    };
    check(BanditMethod::epsilon_greedy, "epsilon_greedy");
    check(BanditMethod::softmax, "softmax");
    check(BanditMethod::upper_confidence, "ucb");
}

TEST_CASE("counter-based draws: uniform, normal, and different for every seed") {
    constexpr int count = 200'000;
    CounterDraws draws(11);
    double uniforms = 0, normals = 0, squares = 0;
    int below[5] = {};
    for (int i = 0; i < count; ++i) {
        const double u = draws.uniform(), z = draws.normal();
        REQUIRE((u >= 0 && u < 1));
        uniforms += u;
        normals += z;
        squares += z * z;
        ++below[draws.below(5)];
    }
    CHECK(std::abs(uniforms / count - 0.5) < 4 * std::sqrt(1 / 12.0 / count));
    CHECK(std::abs(normals / count) < 4 / std::sqrt(count));
    CHECK(std::abs(squares / count - 1) < 4 * std::sqrt(2.0 / count));
    for (const int n : below) CHECK(std::abs(n - count / 5.0) < 4 * std::sqrt(count * 0.16));
    std::set<double> first;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CounterDraws one(seed), same(seed);
        CHECK(one.uniform() == same.uniform());
        first.insert(one.uniform());
    }
    CHECK(first.size() == 100);
}

}  // namespace lockstep
