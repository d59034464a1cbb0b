// Tabular training and random search that stop and resume give the same bits as without stopping.

#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>

#include <lockstep/agent.hpp>

#include "agents/dynamic_programming/solve.hpp"
#include "agents/random_search/random_search.hpp"
#include "agents/tabular/acting_table.hpp"
#include "agents/tabular/population.hpp"
#include "agents/tabular/reinforce.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/random.hpp"
#include "tests/support/tables.hpp"

namespace lockstep::test {
namespace {

struct Case {
    const char *agent, *env;
    SettingValues settings;
    std::int64_t learners;
    // The name of the budget setting, and a smaller value.
    const char* budget;
    double less;
};
const Case cases[] = {
    {"q-learning", "FrozenLake-v1", {{"episodes", 900}}, 70, "episodes", 313},
    {"q-learning", "Taxi-v3", {{"episodes", 60}, {"exploration", "softmax"}}, 20, "episodes", 1},
    {"q-learning", "Gridworld-v0", {{"episodes", 400}, {"steps", 1500}}, 40, "episodes", 100},
    {"sarsa", "CliffWalking-v1", {{"episodes", 60}}, 40, "episodes", 13},
    {"sarsa",
     "FrozenLake-v1",
     {{"episodes", 500}, {"exploration", "proportional"}},
     20,
     "episodes",
     400},
    {"expected-sarsa",
     "GridworldHard-v0",
     {{"episodes", 300}, {"exploration", "ucb"}},
     40,
     "episodes",
     299},
    {"double-q",
     "CartPole-v1",
     {{"episodes", 60}, {"learning_rate_schedule", "average"}},
     20,
     "episodes",
     30},
    {"double-q", "FrozenLake-v1", {{"episodes", 300}}, 40, "episodes", 111},
    {"bandit", "Bandit-v0", {{"steps", 3000}}, 100, "steps", 777},
    {"bandit", "Bandit-v0", {{"steps", 3000}, {"exploration", "ucb"}}, 30, "steps", 1},
    {"tabular-reinforce", "Gridworld-v0", {{"episodes", 300}}, 40, "episodes", 77},
    {"tabular-reinforce", "FrozenLake-v1", {{"episodes", 300}, {"steps", 900}}, 20, "episodes", 30},
    {"q-learning", "FrozenLake-v1", {{"episodes", 2000}, {"num_envs", 40}}, 3, "episodes", 500},
    {"double-q",
     "Gridworld-v0",
     {{"episodes", 90'000}, {"num_envs", 1500}, {"learning_rate_schedule", "average"}},
     2,
     "episodes",
     20'000},
    {"random-search",
     "CartPole-v1",
     {{"candidates", 9000}, {"episodes", 30}, {"validation_episodes", 900}},
     2,
     "candidates",
     5000},
    {"value-iteration", "FrozenLake8x8-v1", {{"gamma", 1}, {"sweeps", 3000}}, 2, "sweeps", 100},
    {"q-iteration", "FrozenLake8x8-v1", {{"gamma", 1}, {"sweeps", 3000}}, 2, "sweeps", 100},
};

TrainConfig config_of(const Case& c, Precision precision, int threads) {
    TrainConfig config{.env = c.env,
                       .settings = c.settings,
                       .seed = 3,
                       .learners = c.learners,
                       .precision = precision,
                       .threads = threads,
                       .test_episodes = 2};
    if (config.env == "CartPole-v1" && c.agent != std::string("random-search"))
        config.env_settings.choices = {{"discretization", "coarse"}};
    return config;
}

TrainResult train(const Case& c, const TrainConfig& config) {
    return lockstep::train(c.agent, config);
}

// Compares every bit of what was learnt.
void check_same(const TrainResult& a, const TrainResult& b) {
    CHECK(a.hash == b.hash);
    CHECK(a.env_steps == b.env_steps);
    CHECK((a.states == b.states));
    CHECK(a.test_scores == b.test_scores);
    CHECK(a.figures == b.figures);
    CHECK(a.stopped == b.stopped);
    REQUIRE(a.curve.size() == b.curve.size());
    for (std::size_t k = 0; k < a.curve.size(); ++k) CHECK(a.curve[k].values == b.curve[k].values);
    REQUIRE(a.tables.size() == b.tables.size());
    for (std::size_t i = 0; i < a.tables.size(); ++i)
        CHECK((a.tables[i].dense() == b.tables[i].dense()));
    REQUIRE(a.policies.size() == b.policies.size());
    for (std::size_t i = 0; i < a.policies.size(); ++i)
        CHECK(a.policies[i].weights == b.policies[i].weights);
    REQUIRE(a.learners.size() == b.learners.size());
    for (std::size_t i = 0; i < a.learners.size(); ++i) {
        CHECK(a.learners[i].steps == b.learners[i].steps);
        CHECK(std::memcmp(&a.learners[i].training_return, &b.learners[i].training_return, 8) == 0);
    }
}

// Trains until a stop after this time.
TrainResult train_for(const Case& c, TrainConfig config, std::chrono::microseconds time) {
    std::stop_source source;
    config.stop = source.get_token();
    std::jthread clock([&] {
        std::this_thread::sleep_for(time);
        source.request_stop();
    });
    return train(c, config);
}

}  // namespace

TEST_CASE("training in pieces learns the bits of training in one go", "[stop]") {
    auto random = random_numbers("times at which training stops");
    int under_way = 0;
    for (const Case& c : cases) {
        for (const Precision precision : {Precision::f32, Precision::f64}) {
            const TrainConfig config = config_of(c, precision, 1);
            const TrainResult whole = train(c, config);
            CHECK_FALSE(whole.stopped);
            for (const int threads : {1, 3}) {
                CAPTURE(c.agent, c.env, precision, threads);
                TrainConfig piece = config_of(c, precision, threads);
                std::vector<LearnerState> states;
                TrainResult result;
                double time = 100;
                do {
                    piece.resume = states;
                    time *= std::uniform_real_distribution<>(1, 2)(random);
                    result = train_for(c, piece,
                                       std::chrono::microseconds(static_cast<std::int64_t>(time)));
                    REQUIRE(std::ssize(result.states) == c.learners);
                    for (const LearnerState& state : result.states)
                        under_way += learner_stage(state) == LearnerStage::under_way ? 1 : 0;
                    states = result.states;
                } while (result.stopped);
                check_same(result, whole);
            }
        }
    }
    CHECK(under_way > 100);
}

TEST_CASE("training that grows learns the bits of training that was as long at once", "[stop]") {
    for (const Case& c : cases) {
        for (const Precision precision : {Precision::f32, Precision::f64}) {
            CAPTURE(c.agent, c.env, precision);
            TrainConfig config = config_of(c, precision, 2);
            const TrainResult whole = train(c, config);
            config.settings[c.budget] = c.less;
            const TrainResult part = train(c, config);
            CHECK_FALSE(part.stopped);
            config.settings = c.settings;
            config.resume = part.states;
            const TrainResult grown = train(c, config);
            check_same(grown, whole);
            CHECK(grown.env_steps_before == part.env_steps);
            // Once more, with nothing left to do.
            config.resume = grown.states;
            check_same(train(c, config), whole);
        }
    }
}

TEST_CASE("learners stop within an episode, and go on in any lane beside anybody", "[stop]") {
    // One thread, so that a stop at the end of the n-th learner interrupts its neighbors midway.
    for (const bool episodes_teach : {false, true}) {
        for (const Target target : {Target::q_learning, Target::sarsa, Target::double_q}) {
            std::vector<TabularSettings> settings(50);
            for (std::size_t i = 0; i < settings.size(); ++i) {
                settings[i].target = episodes_teach ? Target::q_learning : target;
                settings[i].episodes = 20 + static_cast<std::int64_t>(i * 37 % 64);
                settings[i].learning_rate = 0.01 * static_cast<double>(i + 1);
                settings[i].learning_rate_visit_decay = i % 3 == 0 ? 0.1 : 0;
                settings[i].steps = i % 4 == 0 ? 333 : 0;
                if (episodes_teach) settings[i].exploration = Exploration::softmax;
            }
            const auto teach = episodes_teach ? teach_reinforce<float> : nullptr;
            const TrainConfig config{.env = "FrozenLake8x8-v1", .learners = 50, .threads = 1};
            // The states of learners after a call that stops when `ends` of them have ended.
            const auto learn = [&](std::vector<LearnerState>& states, int ends) {
                std::stop_source source;
                TrainConfig piece = config;
                piece.resume = states;
                piece.stop = source.get_token();
                std::vector<LearnerState> after = states;
                int ended = 0, within = 0;
                Population<float>(piece).learn(
                    settings, 50,
                    [&](const TrainedTable<float>& one) {
                        after[static_cast<std::size_t>(one.learner)] =
                            make_state({one.stage, {one.steps}}, one.state);
                        within += one.stage == LearnerStage::under_way ? 1 : 0;
                        if (++ended == ends) source.request_stop();
                    },
                    {}, teach);
                states = after;
                return within;
            };
            const std::vector<LearnerState> nobody(50, make_state({}));
            std::vector<LearnerState> whole = nobody;
            CHECK(learn(whole, 1000) == 0);
            for (const int ends : {1, 2, 7, 30}) {
                CAPTURE(episodes_teach, static_cast<int>(target), ends);
                std::vector<LearnerState> states = nobody;
                CHECK(learn(states, ends) >= 1);
                // Finished learners come in again, and stop the others a little later.
                for (int more = 2; learn(states, 50 + more) > 0 && more < 100; ++more) {
                }
                learn(states, 1000);
                CHECK((states == whole));
            }
        }
    }
}

TEST_CASE("a stop before training leaves learners that have not begun", "[stop]") {
    std::stop_source source;
    source.request_stop();
    for (const Case& c : cases) {
        if (find_agent(c.agent).settings[0].name == std::string("gamma")) continue;
        CAPTURE(c.agent, c.env);
        TrainConfig config = config_of(c, Precision::f32, 2);
        const TrainResult whole = train(c, config);
        config.stop = source.get_token();
        const TrainResult none = train(c, config);
        CHECK(none.stopped);
        CHECK(none.env_steps == 0);
        CHECK(none.test_scores.empty());
        for (const LearnerState& state : none.states)
            CHECK(learner_stage(state) == LearnerStage::not_begun);
        // The states of learners that may not go on are returned unchanged.
        config.resume = whole.states;
        const TrainResult again = train(c, config);
        CHECK(again.stopped);  // not evaluated
        CHECK((again.states == whole.states));
        CHECK(again.hash == whole.hash);
        config.resume = none.states, config.stop = {};
        check_same(train(c, config), whole);
    }
}

TEST_CASE("learners whose time was up stay out", "[stop]") {
    const Case& c = cases[0];
    TrainConfig config = config_of(c, Precision::f32, 2);
    config.max_steps = 3000;
    const TrainResult step_limit = train(c, config);
    REQUIRE(step_limit.failed.size() > 10);
    config.resume = step_limit.states;
    const TrainResult again = train(c, config);
    check_same(again, step_limit);
    CHECK(again.failed.size() == step_limit.failed.size());
    CHECK(learner_stage(again.states[static_cast<std::size_t>(again.failed[0].learner)]) ==
          LearnerStage::step_limit);
}

TEST_CASE("states of other learners are refused", "[stop]") {
    const auto resume = [](const Case& c, std::vector<LearnerState> states) {
        TrainConfig config = config_of(c, Precision::f32, 1);
        states.resize(static_cast<std::size_t>(c.learners), states[0]);
        config.resume = states;
        train(c, config);
    };
    for (const Case& c : cases) {
        CAPTURE(c.agent, c.env);
        TrainConfig config = config_of(c, Precision::f32, 1);
        const std::vector<LearnerState> states = train(c, config).states;
        config.precision = Precision::f64;
        if (c.budget != std::string("sweeps"))
            check_refused([&] { resume(c, train(c, config).states); }, {"a state that is not of"});
        for (const Case& other : cases) {
            if (c.agent == std::string(other.agent)) continue;
            CAPTURE(other.agent, other.env);
            CHECK_THROWS_AS(resume(other, states), ConfigError);
        }
        // Truncated or too long, or of a learner that has come further.
        std::vector<LearnerState> damaged = states;
        damaged[0].pop_back();
        CHECK_THROWS_AS(resume(c, damaged), ConfigError);
        damaged[0].resize(states[0].size() + 8);
        CHECK_THROWS_AS(resume(c, damaged), ConfigError);
        damaged[0].resize(30);
        CHECK_THROWS_AS(resume(c, damaged), ConfigError);
        Case less = c;
        less.settings[c.budget] = c.less;
        check_refused([&] { resume(less, states); }, {"the settings allow"});
    }
}

TEST_CASE("nobody pays for states that nobody wants", "[stop]") {
    TrainConfig config = config_of(cases[0], Precision::f32, 1);
    config.keep_states = false;
    CHECK(train(cases[0], config).states.empty());
}

}  // namespace lockstep::test
