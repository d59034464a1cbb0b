// Learners of one population that differ: in seeds, and in every setting that an agent allows per
// learner. Each is the same as it is alone.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <random>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

#include "tests/agents/setting_values.hpp"
#include "tests/support/catch.hpp"

namespace lockstep::test {
namespace {

struct Case {
    const char* agent;
    const char* env;
    SettingValues settings;
    std::int64_t learners = 21;  // more than a vector holds
};

constexpr std::int64_t most_worlds = 20;  // that a learner of the cases steps at once

// Small cases that use everything in which learners may differ.
const Case cases[] = {
    {"reinforce", "CartPole-v1", {{"episodes", 12}, {"baseline", true}, {"checkpoints", 2}}, 40},
    {"actor-critic", "CartPole-v1", {{"steps", 300}, {"num_steps", 2}}},
    {"a2c", "FrozenLake-v1", {{"steps", 640}}},
    {"ppo", "CartPole-v1", {{"steps", 512}}},
    {"ppo", "CartPole-v1", {{"steps", 256}, {"execution", "batched"}, {"num_minibatches", 2}}, 3},
    {"dqn", "CartPole-v1", small_double_dqn},
    {"dqn",
     "CartPole-v1",
     {{"episodes", 20}, {"learning_starts", 5}, {"target", "soft"}, {"clock", "steps"}}},
    {"q-learning", "FrozenLake-v1", {{"episodes", 60}}, 40},
    {"sarsa", "Gridworld-v0", {{"episodes", 40}, {"exploration", "softmax"}, {"steps", 150}}},
    {"expected-sarsa", "FrozenLake-v1", {{"episodes", 40}, {"exploration", "proportional"}}},
    {"double-q",
     "Taxi-v3",
     {{"episodes", 5}, {"exploration", "ucb"}, {"learning_rate_schedule", "average"}}},
    {"q-learning", "FrozenLake-v1", {{"episodes", 90}, {"num_envs", most_worlds}}, 3},
    {"bandit", "MDP-v0", {{"steps", 50}}},
    {"tabular-reinforce", "Gridworld-v0", {{"episodes", 30}, {"steps", 200}}},
    {"random-search", "CartPole-v1", {{"candidates", 50}, {"keep", 5}}, 3},
    {"value-iteration", "FrozenLake-v1", {}, 3},
    {"q-iteration", "FrozenLake-v1", {}, 3},
};

TrainConfig config_of(const Case& c) {
    TrainConfig config{.env = c.env, .settings = c.settings, .threads = 1, .test_episodes = 3};
    if (has_setting(find_agent(c.agent), "hidden")) config.settings["hidden"] = "4-4";
    return config;
}

// A value near the common one or, if that is 0 or a word, any small one.
SettingValue drawn(const Setting& s, std::mt19937_64& random) {
    if (s.type == Setting::Type::word) return s.words[random() % s.words.size()];
    const double common = s.value.number();
    const double factor = std::uniform_real_distribution<double>(0.3, 1.7)(random);
    const double value = common != 0 ? common * factor : random() % 2 == 0 ? 0 : factor;
    const bool integral = s.type == Setting::Type::integer;
    return std::clamp(integral ? std::floor(value) : value, s.min, s.max);
}

std::vector<LearnerConfig> different(const Case& c, std::mt19937_64& random) {
    const Agent& agent = find_agent(c.agent);
    const TrainConfig config = config_of(c);
    std::vector<LearnerConfig> each(static_cast<std::size_t>(c.learners));
    for (LearnerConfig& one : each) {
        one.seed = random() % 1000;
        for (const Setting& s : agent.values(config)) {
            // Now and then a learner keeps the common value.
            if (s.per_learner && random() % 8 != 0) one.settings[s.name] = drawn(s, random);
        }
    }
    return each;
}

// The result of learner i of a population when it is trained alone.
TrainResult train_alone(const TrainConfig& crowd, const Agent& agent, const LearnerConfig& one) {
    TrainConfig config = crowd;
    config.learner_overrides = {};
    config.seed = one.seed;
    for (const auto& [name, value] : one.settings) config.settings[name] = value;
    return train(agent, config);
}

// Equal, or both NaN.
bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// Learner i of one result against learner k of another.
void check_same(const TrainResult& crowd, std::size_t i, const TrainResult& other, std::size_t k) {
    if (!crowd.networks.empty()) CHECK(other.networks[k] == crowd.networks[i]);
    if (!crowd.policies.empty()) CHECK(other.policies[k] == crowd.policies[i]);
    // Random settings may diverge.
    if (!crowd.tables.empty())
        CHECK(std::ranges::equal(other.tables[k].dense(), crowd.tables[i].dense(), same));
    const bool same_state =
        crowd.states.empty() || other.states.empty() || other.states[k] == crowd.states[i];
    CHECK(same_state);
    CHECK(other.learners[k].steps == crowd.learners[i].steps);
    CHECK(same(other.learners[k].training_return, crowd.learners[i].training_return));
}

void check_learner(const TrainResult& crowd, std::size_t i, const TrainResult& alone) {
    check_same(crowd, i, alone, 0);
    const bool failed = !alone.failed.empty();
    CHECK(std::isnan(crowd.test_scores[i]) == failed);
    if (!failed) CHECK(mean(alone.test_scores) == crowd.test_scores[i]);
    const auto told =
        std::ranges::find(crowd.failed, static_cast<std::int64_t>(i), &FailedLearner::learner);
    REQUIRE((told != crowd.failed.end()) == failed);
    if (!failed) return;
    CHECK(told->step == alone.failed[0].step);
    CHECK(told->step == crowd.learners[i].steps);
    CHECK(told->step_limit == alone.failed[0].step_limit);
}

// Trains the population, repeats it on two threads, and compares each learner with itself alone.
TrainResult check_crowd(const Case& c, std::span<const LearnerConfig> each,
                        std::int64_t max_steps) {
    const Agent& agent = find_agent(c.agent);
    TrainConfig config = config_of(c);
    config.learner_overrides = each, config.max_steps = max_steps;
    const TrainResult crowd = train(agent, config);
    REQUIRE(crowd.learners.size() == each.size());
    REQUIRE(crowd.test_scores.size() == each.size());
    config.threads = 2;
    CHECK(train(agent, config).hash == crowd.hash);
    config.threads = 1;
    for (std::size_t i = 0; i < each.size(); i += i < 4 ? 1 : 6) {
        CAPTURE(i);
        check_learner(crowd, i, train_alone(config, agent, each[i]));
    }
    return crowd;
}

std::int64_t steps_of(const TrainResult& result) {
    std::int64_t steps = 0;
    for (const LearnerRecord& one : result.learners) steps += one.steps;
    return steps;
}

// With a time limit, learners are the same as without, except those whose time was up.
void check_time(const TrainResult& free, const TrainResult& limited, std::int64_t most) {
    constexpr std::int64_t longest_episode = 500;  // it is played to its end
    std::vector<bool> in_time(free.learners.size(), true);
    for (const FailedLearner& one : limited.failed) {
        const auto i = static_cast<std::size_t>(one.learner);
        CAPTURE(i);
        in_time[i] = false;
        if (!one.step_limit) continue;
        CHECK(free.learners[i].steps > most);
        // Of those that began at all.
        if (one.step > 0 && limited.policies.empty()) {
            CHECK(one.step >= most);
            CHECK(one.step < most + longest_episode);
        }
    }
    for (std::size_t i = 0; i < in_time.size(); ++i)
        if (in_time[i]) check_same(free, i, limited, i);
}

}  // namespace

TEST_CASE("learners that differ are what they are alone", "[each][once]") {
    const auto seed = std::random_device()();
    std::cout << "[seed " << seed << "] learners that differ\n";
    std::mt19937_64 random(seed);
    for (const Case& c : cases) {
        CAPTURE(c.agent, c.env, seed);
        const auto each = different(c, random);
        const TrainResult crowd = check_crowd(c, each, 0);
        if (crowd.failed.empty()) CHECK(steps_of(crowd) == crowd.env_steps);
        check_crowd(c, std::span(each).first(1), 0);
    }
}

TEST_CASE("a learner's training return is the mean of its whole curve", "[each]") {
    for (const char* id : {"reinforce", "ppo", "dqn", "q-learning", "tabular-reinforce"}) {
        CAPTURE(id);
        const Agent& agent = find_agent(id);
        const bool tabular = !agent.network;
        TrainConfig config{.env = tabular ? "FrozenLake-v1" : "CartPole-v1", .learners = 18};
        if (!tabular) config.settings["hidden"] = "4-4";
        config.settings[agent.settings[0].name] = id == std::string("ppo") ? 1024 : 30;
        config.settings["checkpoints"] = 1;
        const TrainResult result = train(agent, config);
        REQUIRE(result.curve.size() == 1);
        REQUIRE(result.learners.size() == 18);
        for (std::size_t i = 0; i < 18; ++i)
            CHECK(result.learners[i].training_return == result.curve[0].values[i]);
    }
}

TEST_CASE("a learner whose time is up is told, and leaves no trace in others", "[each][once]") {
    const auto seed = std::random_device()();
    std::cout << "[seed " << seed << "] time is up\n";
    std::mt19937_64 random(seed);
    for (const Case& c : cases) {
        const auto each = different(c, random);
        TrainConfig config = config_of(c);
        config.learner_overrides = each;
        const TrainResult free = train(find_agent(c.agent), config);
        std::vector<std::int64_t> steps;
        for (const LearnerRecord& one : free.learners) steps.push_back(one.steps);
        std::ranges::nth_element(steps, steps.begin() + std::ssize(steps) / 2);
        const std::int64_t median = steps[steps.size() / 2];
        if (median == 0) continue;  // it does not learn from environment steps
        // `steps` of 1 may be drawn for all learners of a case: they end with the first step of
        // their worlds, in time.
        const std::int64_t longest = std::ranges::max(steps);
        for (const std::int64_t most : {std::int64_t{1}, median}) {
            CAPTURE(c.agent, c.env, seed, most);
            const TrainResult limited = check_crowd(c, each, most);
            if (most == 1 && longest > most_worlds)
                CHECK(std::ranges::any_of(limited.failed, &FailedLearner::step_limit));
            check_time(free, limited, most);
        }
    }
}

TEST_CASE("a learner that diverges among others that differ fails alone", "[each][once]") {
    std::mt19937_64 random(3);
    for (const Case& c : cases) {
        if (!find_agent(c.agent).network) continue;
        CAPTURE(c.agent);
        auto each = different(c, random);
        each[1].settings["learning_rate"] = 1e38;
        each[1].settings["max_grad_norm"] = 0;
        // A policy may become certain, with gradients of 0; the error of a value only grows.
        if (has_setting(find_agent(c.agent), "baseline_learning_rate"))
            each[1].settings["baseline_learning_rate"] = 1e38;
        const TrainResult crowd = check_crowd(c, each, 0);
        REQUIRE_FALSE(crowd.failed.empty());
        // Random settings may diverge, too.
        const auto failed = std::ranges::find(crowd.failed, 1, &FailedLearner::learner);
        REQUIRE(failed != crowd.failed.end());
        CHECK_FALSE(failed->step_limit);
    }
}

}  // namespace lockstep::test
