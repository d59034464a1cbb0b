// Which of several equal values wins: any of them, equally often, or the first.

#include <algorithm>
#include <cmath>

#include <lockstep/agent.hpp>

#include "agents/tabular/acting_table.hpp"
#include "agents/tabular/population.hpp"
#include "tests/agents/setting_values.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

namespace lockstep::test {
namespace {

// One state that leads to itself and pays nothing; the third of five actions is not legal.
constexpr const char* one_state = R"({
    "transition_probabilities": [[[1], [1], null, [1], [1]]],
    "rewards": [[[0], [0], null, [0], [0]]]})";

// Two steps per episode: through state 0 into state 1, and from there to the end by one of three
// actions that all cost 1.
constexpr const char* two_steps = R"({
    "transition_probabilities": [[[0, 1, 0], null, null], [[0, 0, 1], [0, 0, 1], [0, 0, 1]],
                                 [null, null, null]],
    "rewards": [[[0, 0, 0], null, null], [[0, 0, -1], [0, 0, -1], [0, 0, -1]],
                [null, null, null]],
    "start_states": [0], "terminal_states": [2]})";

constexpr std::uint64_t seed = 11;

template <class Real>
std::vector<std::vector<Real>> columns(const TrainConfig& config, const TabularSettings& settings,
                                       std::int64_t learners,
                                       std::span<const Real> TrainedTable<Real>::*column) {
    std::vector<std::vector<Real>> all(static_cast<std::size_t>(learners));
    Population<Real>(config).learn({&settings, 1}, learners,
                                   [&](const TrainedTable<Real>& done) {
                                       const auto values = done.*column;
                                       all[static_cast<std::size_t>(done.learner)].assign(
                                           values.begin(), values.end());
                                   },
                                   {});
    return all;
}

void check_share(double count, double all, double chance) {
    CAPTURE(count, all, chance);
    CHECK(std::abs(count - all * chance) < 5 * std::sqrt(all * chance * (1 - chance)));
}

// How often each action is taken while all values stay equal, over all learners.
template <class Real>
std::vector<double> choices(TabularSettings s) {
    const Folder folder;
    TrainConfig config{.env = "MDP-v0", .seed = seed, .threads = 1};
    config.env_settings = settings_of("MDP-v0", {"file=" + folder.file("one.json", one_state)});
    s.learning_rate = 0, s.learning_rate_visit_decay = 1, s.epsilon = 0, s.episodes = 1,
    s.steps = 2000;
    std::vector<double> counts(5, 0);
    for (const auto& one : columns<Real>(config, s, 32, &TrainedTable<Real>::count))
        for (std::size_t k = 0; k < one.size(); ++k) counts[k % 5] += one[k];
    return counts;
}

// Double Q-learners after three steps, the last of which updated state 0 from state 1's value.
// `hits`: of those whose first action in state 1 was a, how many were updated by that one's cost.
struct Crossed {
    double hits[3] = {}, learners = 30'000;
};
Crossed crossed(Ties ties) {
    const Folder folder;
    TrainConfig config{.env = "MDP-v0", .seed = seed, .threads = 1};
    config.env_settings = settings_of("MDP-v0", {"file=" + folder.file("two.json", two_steps)});
    TabularSettings s;
    s.target = Target::double_q, s.ties = ties, s.learning_rate = 1, s.gamma = 1, s.epsilon = 0;
    s.steps = 3;
    Crossed result;
    for (const auto& table : columns<float>(config, s, 30'000, &TrainedTable<float>::table)) {
        const std::size_t size = table.size() / 2;
        if (table[0] + table[size] == 0) continue;
        for (std::size_t a = 0; a < 3; ++a)
            result.hits[a] += table[3 + a] + table[size + 3 + a] != 0 ? 1 : 0;
    }
    return result;
}

}  // namespace

TEST_CASE("each of equal actions is taken as often, and an impossible one never", "[ties]") {
    const double all = 32 * 2000;
    for (const Exploration exploration : {Exploration::greedy, Exploration::ucb}) {
        for (const Target target :
             {Target::q_learning, Target::sarsa, Target::expected_sarsa, Target::double_q}) {
            CAPTURE(static_cast<int>(exploration), static_cast<int>(target));
            TabularSettings s;
            s.target = target, s.exploration = exploration, s.ucb_c = 0;
            const std::vector<double> counts = choices<float>(s);
            for (const std::size_t a : {0U, 1U, 3U, 4U}) check_share(counts[a], all, 0.25);
            CHECK(counts[2] == 0);
            CHECK(choices<double>(s) == counts);  // the same draws
            s.ties = Ties::first;
            CHECK(choices<float>(s) == std::vector<double>{all, 0, 0, 0, 0});
        }
    }
}

TEST_CASE("double Q-learning's second opinion is asked of each of equals as often", "[ties]") {
    // The cost is in one table, and state 0 learns from it if the other chose the same action.
    const Crossed any = crossed(Ties::random);
    for (const double hits : any.hits) check_share(hits, any.learners, 1.0 / 2 / 3 / 3);
    const Crossed first = crossed(Ties::first);
    check_share(first.hits[0], first.learners, 1.0 / 2);
    CHECK(first.hits[1] + first.hits[2] == 0);
}

TEST_CASE("where nothing is tied, ties change nothing", "[ties]") {
    const Population<float> population({.env = "FrozenLake8x8-v1", .threads = 1});
    std::vector<float> table(64 * 4);
    for (std::size_t k = 0; k < table.size(); ++k)
        table[k] = static_cast<float>((k * 2654435761U) % 1021);
    for (std::size_t row = 0; row < 64; ++row)
        for (std::size_t a = 1; a < 4; ++a) REQUIRE(table[row * 4] != table[row * 4 + a]);
    const auto play = [&](Ties ties) {
        TabularSettings s;
        s.ties = ties, s.epsilon = 0.2;
        std::vector<std::pair<std::int32_t, double>> played;
        for (const Episode& e : population.play(table, s, 3, Stream::test, 200))
            played.emplace_back(e.length, e.episode_return);
        return played;
    };
    CHECK(play(Ties::random) == play(Ties::first));
}

TEST_CASE("a table that says nothing is played at random, or always alike", "[ties]") {
    TrainConfig config{.env = "FrozenLake-v1", .threads = 1, .test_episodes = 100};
    config.env_settings = settings_of("FrozenLake-v1", {"is_slippery=false"});
    const Population<float> population(config);
    const std::vector<float> table(16 * 4, 0);
    const auto lengths = [&](Ties ties) {
        TabularSettings s;
        s.ties = ties, s.epsilon = 0;
        std::vector<std::int32_t> all;
        for (const Episode& e : population.play(table, s, 1, Stream::test, 100))
            all.push_back(e.length);
        return all;
    };
    CHECK(lengths(Ties::first) == std::vector<std::int32_t>(100, 100));
    CHECK(std::ranges::count_if(lengths(Ties::random), [](auto n) { return n < 100; }) > 90);
}

TEST_CASE("tests after training and of its tables are the same episodes", "[ties]") {
    for (const char* id : {"q-learning", "sarsa", "expected-sarsa", "double-q", "bandit",
                           "tabular-reinforce", "value-iteration", "q-iteration"}) {
        for (const char* ties : {"random", "first"}) {
            CAPTURE(id, ties);
            const Agent& agent = find_agent(id);
            TrainConfig config{.env = "FrozenLake-v1", .learners = 20, .test_episodes = 30};
            config.threads = 1;
            if (has_setting(agent, "ties")) set(config, agent, std::string("ties=") + ties);
            if (has_setting(agent, "episodes")) set(config, agent, "episodes=40");
            if (id == std::string("tabular-reinforce")) set(config, agent, "test_policy=greedy");
            const TrainResult result = train(agent, config);
            CHECK(table_scores(config, acting_tables(config, agent), result.tables) ==
                  result.test_scores);
        }
    }
}

}  // namespace lockstep::test
