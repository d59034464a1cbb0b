// Training that is stopped anywhere and resumed, any number of times, ends bit for bit like
// training that was never stopped.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <random>
#include <set>
#include <stop_token>
#include <thread>

#include <lockstep/agent.hpp>

#include "tests/agents/setting_values.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"

namespace lockstep::test {
namespace {

using std::chrono::microseconds;

struct Case {
    const char* agent;
    const char* env;
    SettingValues settings;
    std::int64_t learners = 40;  // more than fit two vectors of a thread
    std::int64_t longest_episode = 500;
};

// Small cases that use everything that a learner keeps from one step to the next.
const Case cases[] = {
    {"reinforce", "CartPole-v1", {{"episodes", 30}, {"checkpoints", 5}}},
    {"reinforce",
     "CartPole-v1",
     {{"episodes", 40},
      {"update_every", 3},
      {"baseline", true},
      {"optimizer", "nadam"},
      {"loss", "log"}},
     40,
     60},
    {"reinforce",
     "MDP-v0",  // some actions are not legal
     {{"episodes", 9}, {"baseline", true}, {"bootstrap", true}, {"loss", "log"}},
     18,
     700},
    {"actor-critic", "CartPole-v1", {{"steps", 400}}},  // a falling learning rate
    {"a2c", "FrozenLake-v1", {{"steps", 1280}, {"checkpoints", 3}}},
    {"ppo", "CartPole-v1", {{"steps", 1536}}},
    {"ppo", "CartPole-v1", {{"steps", 1024}, {"execution", "batched"}, {"num_envs", 20}}, 3},
    {"a2c", "CartPole-v1", {{"steps", 4096}, {"execution", "batched"}, {"num_envs", 300}}, 2},
    {"dqn", "CartPole-v1", small_double_dqn},
    {"dqn",
     "CartPole-v1",
     {{"episodes", 20},
      {"learning_starts", 5},
      {"target", "soft"},
      {"clock", "steps"},
      {"buffer_size", 300}}},
};

TrainConfig config_of(const Case& c, std::mt19937_64& random) {
    TrainConfig config{.env = c.env,
                       .settings = c.settings,
                       .learners = c.learners,
                       .precision = random() % 2 == 0 ? Precision::f32 : Precision::f64,
                       .threads = static_cast<int>(1 + random() % 3),
                       .test_episodes = 3};
    config.env_settings.max_episode_steps = c.longest_episode;
    if (has_setting(find_agent(c.agent), "hidden")) config.settings["hidden"] = "4-4";
    return config;
}

// Learners with their own seeds and learning rates, one of which diverges.
std::vector<LearnerConfig> different(const Case& c, std::mt19937_64& random) {
    std::vector<LearnerConfig> each(static_cast<std::size_t>(c.learners));
    for (LearnerConfig& one : each) {
        one.seed = random() % 1000;
        if (has_setting(find_agent(c.agent), "learning_rate"))
            one.settings["learning_rate"] =
                std::uniform_real_distribution<double>(1e-3, 0.1)(random);
        if (has_setting(find_agent(c.agent), "episodes"))
            one.settings["episodes"] =
                std::floor(c.settings.at("episodes").number() *
                           std::uniform_real_distribution<double>(0.2, 1.0)(random)) +
                1;
    }
    if (has_setting(find_agent(c.agent), "learning_rate")) {
        each[1].settings["learning_rate"] = 1e38;
        each[1].settings["max_grad_norm"] = 0;
    }
    return each;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void check_same(const TrainResult& a, const TrainResult& b) {
    CHECK_FALSE(a.stopped);
    CHECK(a.hash == b.hash);
    CHECK(a.env_steps == b.env_steps);
    CHECK(a.networks == b.networks);
    CHECK((a.states == b.states));
    CHECK((a.policies == b.policies));
    CHECK(a.figures == b.figures);
    CHECK(std::ranges::equal(a.test_scores, b.test_scores, same));
    REQUIRE(a.tables.size() == b.tables.size());
    for (std::size_t i = 0; i < a.tables.size(); ++i)
        CHECK(a.tables[i].dense() == b.tables[i].dense());
    REQUIRE(a.learners.size() == b.learners.size());
    for (std::size_t i = 0; i < a.learners.size(); ++i) {
        CHECK(a.learners[i].steps == b.learners[i].steps);
        CHECK(same(a.learners[i].training_return, b.learners[i].training_return));
    }
    REQUIRE(a.failed.size() == b.failed.size());
    for (std::size_t i = 0; i < a.failed.size(); ++i) {
        CHECK(a.failed[i].learner == b.failed[i].learner);
        CHECK(a.failed[i].step == b.failed[i].step);
        CHECK(a.failed[i].step_limit == b.failed[i].step_limit);
    }
    REQUIRE(a.curve.size() == b.curve.size());
    for (std::size_t i = 0; i < a.curve.size(); ++i) {
        CHECK(a.curve[i].at == b.curve[i].at);
        CHECK(a.curve[i].values == b.curve[i].values);
    }
}

// Checks how a stopped training describes itself.
void check_stopped(const TrainResult& result) {
    CHECK(result.test_scores.empty());
    std::int64_t steps = 0;
    for (std::size_t i = 0; i < result.states.size(); ++i) {
        const StateHead head = head_of(result.states[i]);
        const bool lost =
            head.stage == LearnerStage::failed || head.stage == LearnerStage::step_limit;
        const auto told =
            std::ranges::find(result.failed, static_cast<std::int64_t>(i), &FailedLearner::learner);
        CHECK(lost == (told != result.failed.end()));
        CHECK(head.record.steps == result.learners[i].steps);
        if (!result.networks.empty()) CHECK(has_learnt(head.stage) == !result.networks[i].empty());
        steps += head.record.steps;
    }
    CHECK(steps == result.env_steps);
}

// How many learners were in each stage when training was stopped.
using Stages = std::map<LearnerStage, int>;

// Trains in at most 12 pieces that end at random, on any number of threads.
TrainResult in_pieces(TrainConfig config, const Agent& agent, microseconds whole,
                      std::mt19937_64& random, Stages& stages) {
    std::vector<LearnerState> states;
    for (int piece = 0;; ++piece) {
        config.threads = static_cast<int>(1 + random() % 3);
        config.resume = states;
        std::stop_source stop;
        config.stop = stop.get_token();
        TrainResult result;
        if (piece == 12) {
            result = train(agent, config);
        } else {
            const microseconds pause(random() % static_cast<std::uint64_t>(whole.count() / 4 + 2));
            const std::jthread clock([&] {
                std::this_thread::sleep_for(pause);
                stop.request_stop();
            });
            result = train(agent, config);
        }
        if (!result.stopped) return result;
        check_stopped(result);
        for (const LearnerState& state : result.states) ++stages[learner_stage(state)];
        states = std::move(result.states);
    }
}

void check_pieces(const TrainConfig& config, const Agent& agent, std::mt19937_64& random,
                  Stages& stages) {
    const auto start = std::chrono::steady_clock::now();
    const TrainResult whole = train(agent, config);
    const auto spent =
        std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - start);
    for (int times = 0; times < 3; ++times)
        check_same(in_pieces(config, agent, spent, random, stages), whole);
}

}  // namespace

TEST_CASE("training in pieces is training in one go", "[stop][once]") {
    std::mt19937_64 random = random_numbers("training in pieces");
    Stages stages;
    for (const Case& c : cases) {
        const TrainConfig config = config_of(c, random);
        CAPTURE(c.agent, c.env, config.precision);
        check_pieces(config, find_agent(c.agent), random, stages);
    }
    // The pieces ended in every stage.
    CHECK(stages[LearnerStage::not_begun] > 0);
    CHECK(stages[LearnerStage::under_way] > 0);
    CHECK(stages[LearnerStage::finished] > 0);
}

TEST_CASE("learners that differ, break down or run out of time go on likewise", "[stop][once]") {
    std::mt19937_64 random = random_numbers("different learners in pieces");
    Stages stages;
    const auto seen = [&] {
        return stages[LearnerStage::failed] > 0 && stages[LearnerStage::step_limit] > 0;
    };
    // Where the pieces end depends on the machine: repeat if none ended after a loss.
    for (int round = 0; round == 0 || (round < 5 && !seen()); ++round) {
        for (const Case& c : cases) {
            TrainConfig config = config_of(c, random);
            CAPTURE(c.agent, c.env, config.precision);
            const auto each = different(c, random);
            config.learner_overrides = each;
            check_pieces(config, find_agent(c.agent), random, stages);
            if (!c.settings.contains("episodes")) continue;
            config.max_steps = 300;
            check_pieces(config, find_agent(c.agent), random, stages);
        }
    }
    CHECK(stages[LearnerStage::failed] > 0);
    CHECK(stages[LearnerStage::step_limit] > 0);
}

TEST_CASE("a stop that comes before everything leaves everything to be done", "[stop][once]") {
    std::mt19937_64 random = random_numbers("stopped before");
    std::stop_source stop;
    stop.request_stop();
    for (const Case& c : cases) {
        CAPTURE(c.agent, c.env);
        const Agent& agent = find_agent(c.agent);
        TrainConfig config = config_of(c, random);
        config.stop = stop.get_token();
        const TrainResult nothing = train(agent, config);
        CHECK(nothing.stopped);
        CHECK(nothing.env_steps == 0);
        REQUIRE(std::ssize(nothing.states) == c.learners);
        for (const LearnerState& state : nothing.states)
            CHECK(learner_stage(state) == LearnerStage::not_begun);
        config.stop = {};
        const TrainResult whole = train(agent, config);
        config.resume = nothing.states;
        check_same(train(agent, config), whole);

        // A stop arrives when only the tests are left.
        config.resume = whole.states;
        config.stop = stop.get_token();
        const TrainResult untested = train(agent, config);
        CHECK(untested.stopped);
        CHECK(untested.test_scores.empty());
        CHECK((untested.states == whole.states));
        CHECK(untested.networks == whole.networks);
        CHECK(untested.hash == whole.hash);
        config.stop = {};
        check_same(train(agent, config), whole);
        config.stop = stop.get_token();
        config.test_episodes = 0;
        CHECK_FALSE(train(agent, config).stopped);  // nothing is left to do
    }
}

TEST_CASE("what stopped goes on with a larger budget, too", "[stop][once]") {
    std::mt19937_64 random = random_numbers("a larger budget");
    for (const Case& c : cases) {
        const Agent& agent = find_agent(c.agent);
        const char* budget = c.settings.contains("steps") ? "steps" : "episodes";
        TrainConfig config = config_of(c, random);
        if (has_setting(agent, "anneal_lr")) config.settings["anneal_lr"] = false;
        CAPTURE(c.agent, c.env, config.precision);
        std::stop_source stop;
        config.stop = stop.get_token();
        TrainResult result;
        {
            const std::jthread clock([&] {
                std::this_thread::sleep_for(microseconds(random() % 20'000));
                stop.request_stop();
            });
            result = train(agent, config);
        }
        config.stop = {};
        config.settings[budget] = 2 * config.settings[budget].number();
        const TrainResult whole = train(agent, config);
        config.resume = result.states;
        check_same(train(agent, config), whole);
    }
}

TEST_CASE("every agent stops, and those with networks are tried here", "[stop]") {
    std::set<std::string> tried;
    for (const Case& c : cases) tried.insert(c.agent);
    for (const Agent& agent : agents()) {
        CAPTURE(agent.id);
        CHECK(agent.stops);
        CHECK(bool(agent.network) == tried.contains(agent.id));
    }
}

TEST_CASE("bytes that are no learner's state are refused", "[stop]") {
    std::mt19937_64 random = random_numbers("states that are none");
    for (const Case& c : cases) {
        CAPTURE(c.agent, c.env);
        const Agent& agent = find_agent(c.agent);
        TrainConfig config = config_of(c, random);
        const TrainResult whole = train(agent, config);
        const auto refused = [&](const LearnerState& state, const char* says) {
            std::vector<LearnerState> states = whole.states;
            states[0] = state;
            config.resume = states;
            check_refused([&] { train(agent, config); }, {says});
        };
        refused({}, "a state of 0 bytes");
        refused(LearnerState(24, std::byte{9}), "how far its learner has come");
        refused(make_state({LearnerStage::under_way}), "a state of 0 bytes");
        LearnerState shorter = whole.states[0];
        shorter.pop_back();
        refused(shorter, "a state");
    }
}

}  // namespace lockstep::test
