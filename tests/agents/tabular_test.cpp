// Tabular learners: what they learn, against exact solutions and published figures; and that
// neither lanes, neighbors nor threads change it.

#include <algorithm>
#include <cmath>
#include <mutex>

#include <lockstep/agent.hpp>
#include <lockstep/statistics.hpp>

#include "agents/dynamic_programming/solve.hpp"
#include "agents/tabular/acting_table.hpp"
#include "agents/tabular/population.hpp"
#include "agents/tabular/reinforce.hpp"
#include "engine/memory/hash.hpp"
#include "tests/agents/learnt_hash.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/tables.hpp"

namespace lockstep::test {
namespace {

TrainConfig config_of(const std::string& env, const std::vector<std::string>& settings = {}) {
    return {.env = env, .env_settings = settings_of(env, settings), .threads = 1};
}

// The tables of these learners, by learner.
template <class Real>
std::vector<std::vector<Real>> tables(const TrainConfig& config, const TabularSettings& settings,
                                      std::int64_t learners) {
    std::vector<std::vector<Real>> all(static_cast<std::size_t>(learners));
    Population<Real>(config).learn({&settings, 1}, learners,
                                   [&](const TrainedTable<Real>& done) {
                                       all[static_cast<std::size_t>(done.learner)].assign(
                                           done.table.begin(), done.table.end());
                                   },
                                   {});
    return all;
}

// The largest difference from `exact` over the pairs that can be visited.
template <class Real>
double distance(const std::vector<Real>& table, const std::vector<double>& exact,
                const FiniteMdp& mdp) {
    double most = 0;
    for (std::int64_t s = 0; s < mdp.states; ++s) {
        const auto outcomes = mdp.of(s, 0);
        if (outcomes.size() == 1 && outcomes[0].terminated && outcomes[0].reward == 0) continue;
        for (std::int64_t a = 0; a < mdp.actions; ++a) {
            const auto k = static_cast<std::size_t>(s * mdp.actions + a);
            if (mdp.legal(s, a)) most = std::max(most, std::abs(table[k] - exact[k]));
        }
    }
    return most;
}

// Learning rate 1 without chance: every update is a backup, and the fixed point is reached exactly
// except for rounding (f32: values below 16, half an ulp per backup).
constexpr double rounding = 1e-5;

TabularSettings backups(Target target) {
    TabularSettings s;
    s.target = target;
    s.learning_rate = 1;
    s.gamma = 0.9;
    s.epsilon = 0.5;
    s.episodes = 20'000;
    return s;
}

std::vector<std::uint64_t> hashes(const TrainConfig& config, const TabularSettings& settings,
                                  std::int64_t learners) {
    std::vector<std::uint64_t> all(static_cast<std::size_t>(learners));
    Population<float>(config).learn({&settings, 1}, learners,
                                    [&](const TrainedTable<float>& done) {
                                        Hash hash;
                                        hash.add(done.table);
                                        hash.add(done.returns);
                                        hash.add(std::span<const double>(done.test));
                                        all[static_cast<std::size_t>(done.learner)] = hash.value();
                                    },
                                    {});
    return all;
}

}  // namespace

TEST_CASE("off-policy learners reach the fixed point of the board", "[tabular]") {
    const FiniteMdp mdp = mdp_of("Gridworld-v0");
    const std::vector<double> exact = q_fixed_point(mdp, 0.9).q;
    for (const Target target : {Target::q_learning, Target::double_q}) {
        CAPTURE(static_cast<int>(target));
        const std::size_t size = exact.size();
        for (const auto& table : tables<float>(config_of("Gridworld-v0"), backups(target), 20)) {
            REQUIRE(table.size() == size * (target == Target::double_q ? 2 : 1));
            const std::vector<float> first(table.begin(), table.begin() + std::ptrdiff_t(size));
            CHECK(distance(first, exact, mdp) < rounding);
        }
    }
}

TEST_CASE("expected SARSA of random play finds random play's values", "[tabular]") {
    // The values of random play, by sweeps over all states.
    TabularSettings s = backups(Target::expected_sarsa);
    s.epsilon = 1;
    const FiniteMdp mdp = mdp_of("Gridworld-v0");
    std::vector<double> q(static_cast<std::size_t>(mdp.states * mdp.actions), 0);
    for (int sweep = 0; sweep < 2000; ++sweep) {
        std::vector<double> values;
        for (std::int64_t state = 0; state < mdp.states; ++state) {
            double sum = 0;
            for (std::int64_t a = 0; a < mdp.actions; ++a)
                sum += q[static_cast<std::size_t>(state * mdp.actions + a)];
            values.push_back(sum / static_cast<double>(mdp.actions));
        }
        q = q_backup(mdp, s.gamma, values);
    }
    for (const auto& table : tables<double>(config_of("Gridworld-v0"), s, 3))
        CHECK(distance(table, q, mdp) < 1e-9);
}

TEST_CASE("SARSA's mean over many learners is the policy's value", "[tabular]") {
    // Random play with a small rate: unbiased up to the order of the rate. Twenty learners whose
    // values vary by about 1 each give a standard error of 0.25; 1.5 is six of them.
    TabularSettings s = backups(Target::sarsa);
    s.epsilon = 1, s.learning_rate = 0.02, s.episodes = 100'000;
    const FiniteMdp mdp = mdp_of("Gridworld-v0");
    TabularSettings expected = backups(Target::expected_sarsa);
    expected.epsilon = 1;
    const auto exact = tables<double>(config_of("Gridworld-v0"), expected, 1)[0];
    const auto learnt = tables<double>(config_of("Gridworld-v0"), s, 20);
    std::vector<double> average(exact.size(), 0);
    for (const auto& table : learnt)
        for (std::size_t k = 0; k < average.size(); ++k) average[k] += table[k] / 20;
    CHECK(distance(average, std::vector<double>(exact.begin(), exact.end()), mdp) < 1.5);
}

TEST_CASE("the tutorial's rules teach nothing by fatal moves", "[tabular]") {
    TabularSettings s = backups(Target::q_learning);
    s.initial_value = 0.25, s.gamma = 0.5, s.epsilon = 1;
    const auto config = config_of("Gridworld-v0", {"rules=tutorial", "max_episode_steps=1000"});
    const FiniteMdp mdp = mdp_of("Gridworld-v0", {"rules=tutorial"});
    const auto table = tables<double>(config, s, 1)[0];
    int fatal = 0;
    for (std::int64_t state : mdp.starts) {
        for (std::int64_t a = 0; a < 4; ++a) {
            const bool ends = mdp.of(state, a)[0].terminated;
            const double value = table[static_cast<std::size_t>(state * 4 + a)];
            fatal += ends ? 1 : 0;
            CHECK((value == 0.25) == ends);
        }
    }
    CHECK(fatal > 0);
    CHECK(*std::max_element(table.begin(), table.end()) == Approx(199 / 15.0));
}

TEST_CASE("bandits pull as the slides' do", "[tabular]") {
    // Upper confidence bounds: no chance, exactly NumPy's counts. The others: the recorded means of
    // 1,000 runs with their standard errors, ours of 2,000; five standard errors of the difference.
    TabularSettings s;
    s.ties = Ties::first;
    s.gamma = 0, s.learning_rate_schedule = LearningRateSchedule::average, s.episodes = 1,
    s.steps = 1000, s.epsilon = 0;
    const auto pulls = [&](std::int64_t learners, auto real) {
        using Real = decltype(real);
        std::vector<double> regret(static_cast<std::size_t>(learners));
        std::vector<double> counts(5, 0);
        std::mutex lock;
        const TabularSettings settings = s;
        Population<Real>(config_of("Bandit-v0"))
            .learn({&settings, 1}, learners,
                   [&](const TrainedTable<Real>& done) {
                       const double lost[] = {1, 0.8, 0.5, 0.9, 0};
                       const std::lock_guard guard(lock);
                       for (std::size_t a = 0; a < 5; ++a) {
                           counts[a] += done.count[a] / static_cast<double>(learners);
                           regret[static_cast<std::size_t>(done.learner)] +=
                               done.count[a] * lost[a];
                       }
                   },
                   {});
        return std::pair(counts, regret);
    };
    s.exploration = Exploration::ucb;
    CHECK(pulls(1, 0.0).first == std::vector<double>{11, 17, 36, 14, 922});
    CHECK(pulls(1, 0.0F).first == std::vector<double>{11, 17, 36, 14, 922});

    const auto near = [&](double theirs, double their_error) {
        const auto [counts, regret] = pulls(2000, 0.0F);
        const double error = standard_deviation(regret) / std::sqrt(2000.0);
        CHECK(std::abs(mean(regret) - theirs) < 5 * std::hypot(error, their_error));
    };
    s.exploration = Exploration::softmax;
    near(494.2366, 0.4146);
    // The counting table belongs to averages, whatever the exploration.
    s.exploration = Exploration::greedy, s.epsilon = 0.1;
    near(95.6338, 0.9395);
}

TEST_CASE("a learner alone is the one in the crowd", "[tabular]") {
    TabularSettings s;
    s.episodes = 300;
    TrainConfig config = config_of("Gridworld-v0");
    config.test_episodes = 7;
    const auto crowd = hashes(config, s, 600);  // more than the lanes, so they are refilled
    for (const std::uint64_t learner : {0U, 1U, 15U, 16U, 333U, 599U}) {
        TrainConfig alone = config;
        alone.seed = learner;
        CHECK(hashes(alone, s, 1)[0] == crowd[learner]);
    }
    for (const int threads : {2, 3, 8}) {
        TrainConfig threaded = config;
        threaded.threads = threads;
        CHECK(hashes(threaded, s, 600) == crowd);
    }
}

TEST_CASE("learners of other settings are neighbors without effect", "[tabular]") {
    std::vector<TabularSettings> settings(40);
    for (std::size_t i = 0; i < settings.size(); ++i) {
        settings[i].episodes = 50 + static_cast<std::int64_t>(i) * 13;
        settings[i].learning_rate = 0.02 * static_cast<double>(i + 1);
        settings[i].epsilon = i % 3 == 0 ? 0 : 0.2;
        settings[i].learning_rate_horizon = i % 5 == 0 ? 100 : 0;
    }
    std::vector<std::uint64_t> together(settings.size());
    const auto gather = [](std::vector<std::uint64_t>& into) {
        return [&into](const TrainedTable<float>& done) {
            Hash hash;
            hash.add(done.table);
            into[static_cast<std::size_t>(done.learner)] = hash.value();
        };
    };
    const TrainConfig config = config_of("Gridworld-v0");
    Population<float>(config).learn(settings, 40, gather(together), {});
    for (const std::size_t i : {0U, 5U, 17U, 39U}) {
        TrainConfig alone = config;
        alone.seed = i;
        std::vector<std::uint64_t> one(1);
        Population<float>(alone).learn({&settings[i], 1}, 1, gather(one), {});
        CHECK(one[0] == together[i]);
    }
}

TEST_CASE("a learner that episodes teach is the same alone as in the crowd", "[tabular]") {
    const Agent& agent = find_agent("tabular-reinforce");
    TrainConfig config = config_of("Gridworld-v0");
    config.learners = 40;
    config.settings = {{"episodes", 60}, {"learning_rate", 0.3}};
    for (const double steps : {0, 250}) {
        config.settings["steps"] = steps;
        const TrainResult crowd = train(agent, config);
        for (const std::uint64_t i : {0U, 1U, 17U, 39U}) {
            CAPTURE(steps, i);
            TrainConfig alone = config;
            alone.seed = i, alone.learners = 1;
            const TrainResult one = train(agent, alone);
            CHECK(one.tables[0].dense() == crowd.tables[i].dense());
        }
    }
}

TEST_CASE("one table that many worlds feed does not know threads", "[tabular]") {
    TabularSettings s;
    s.num_envs = 3000;
    s.steps = 300'000, s.episodes = 1'000'000;
    const auto learn = [&](int threads) {
        TrainConfig config = config_of("Gridworld-v0");
        config.threads = threads;
        const auto learner = Population<float>(config).learn_shared_table(s, 1);
        Hash hash;
        hash.add(std::span<const float>(learner.table));
        hash.add(std::span<const float>(learner.returns));
        return hash.value();
    };
    const std::uint64_t one = learn(1);
    for (const int threads : {2, 3, 8}) CHECK(learn(threads) == one);
}

TEST_CASE("what is learnt is written down", "[tabular]") {
    for (const LearntRun& run : learnt_runs) {
        CAPTURE(run.env);
        CHECK(learnt_hash(run, default_isa()) == run.expected);
    }
}

TEST_CASE("REINFORCE's preferences are the slides'", "[tabular]") {
    // Episode (s0, a1, 1), (s2, a0, -1), (s1, a2, 2); returns 2, 1, 2; rate 0.01.
    TabularSettings s;
    s.learning_rate = 0.01, s.gamma = 1;
    const std::int32_t elements[] = {1, 6, 5};
    const double rewards[] = {1, -1, 2};
    std::vector<double> theta(15, 0);
    teach_reinforce<double>(s, 3, elements, rewards, theta);
    const double third = 1.0 / 150;
    const double expected[] = {-third,    2 * third, -third,     -third,    -third,
                               2 * third, third,     -third / 2, -third / 2};
    for (std::size_t k = 0; k < 9; ++k) CHECK(theta[k] == Approx(expected[k]).margin(1e-16));
    for (int update = 1; update < 100; ++update)
        teach_reinforce<double>(s, 3, elements, rewards, theta);
    CHECK(theta[0] == Approx(-0.4757457707260706).margin(1e-13));
    CHECK(theta[6] == Approx(0.5614061548456654).margin(1e-13));
}

TEST_CASE("tabular mistakes are refused", "[tabular]") {
    const auto train = [](const char* agent, const TrainConfig& config,
                          const std::vector<std::string>& settings) {
        TrainConfig given = config;
        const Agent& found = find_agent(agent);
        for (const std::string& setting : settings) set(given, found, setting);
        lockstep::train(found, given);
    };
    check_refused([&] { train("q-learning", config_of("MDP-v0"), {}); },
                  {"MDP-v0 never ends", "steps"});
    check_refused([&] { train("q-learning", config_of("Gridworld-v0"), {"learning_rate=2"}); },
                  {"learning_rate = '2'", "0 to 1"});
    check_refused([&] { train("q-learning", config_of("Gridworld-v0"), {"exploration=ubc"}); },
                  {"ubc", "did you mean 'ucb'"});
    check_refused([&] { train("q-iteration", config_of("CartPole-v1"), {}); },
                  {"CartPole-v1", "tables"});
    check_refused([&] { train("value-iteration", config_of("GridworldHard-v0"), {}); },
                  {"GridworldHard-v0", "tables"});
}

}  // namespace lockstep::test
