// Hashes of what a few populations of tabular learners have learnt: the same on every instruction
// set, compiler and optimization level.
//
// Must not:  assert, so that programs built by other compilers can use it too.
#pragma once

#include <string_view>
#include <vector>

#include "agents/tabular/population.hpp"
#include "engine/memory/hash.hpp"

namespace lockstep::test {

struct LearntRun {
    std::string_view env;
    Target target;
    Exploration exploration;
    Ties ties;
    std::uint64_t expected;
};

inline constexpr LearntRun learnt_runs[] = {
    {"Gridworld-v0", Target::q_learning, Exploration::greedy, Ties::first, 0xf206120955e75f97U},
    {"FrozenLake-v1", Target::sarsa, Exploration::softmax, Ties::first, 0xf38f964ec572bc2dU},
    {"FrozenLake8x8-v1", Target::expected_sarsa, Exploration::proportional, Ties::first,
     0x75291b75599953edU},
    {"Taxi-v3", Target::double_q, Exploration::ucb, Ties::first, 0x6e978b61ab0c877bU},
    {"CartPole-v1", Target::q_learning, Exploration::proportional, Ties::first,
     0x557fe837cbbaf6baU},
    {"Gridworld-v0", Target::q_learning, Exploration::greedy, Ties::random, 0xd0f13832c5ec0cfbU},
    {"FrozenLake8x8-v1", Target::sarsa, Exploration::ucb, Ties::random, 0xc5818ee06a919304U},
    {"Taxi-v3", Target::expected_sarsa, Exploration::ucb, Ties::random, 0x8d317aaff4ba9b5bU},
    {"CliffWalking-v1", Target::double_q, Exploration::greedy, Ties::random, 0x8e71f8ba173d051cU},
};

// Hashes the tables, returns and test returns of twenty learners.
inline std::uint64_t learnt_hash(const LearntRun& run, Isa isa) {
    TrainConfig config{.env = std::string(run.env), .threads = 1, .isa = isa, .test_episodes = 3};
    config.env_settings.choices = {};
    if (run.env == "CartPole-v1") config.env_settings.choices["discretization"] = "bins";
    TabularSettings settings;
    settings.target = run.target;
    settings.exploration = run.exploration;
    settings.ties = run.ties;
    settings.episodes = 300;
    settings.test_policy = TestPolicy::exploration;
    std::vector<std::uint64_t> learnt(20);
    Population<float>(config).learn({&settings, 1}, 20,
                                    [&](const TrainedTable<float>& done) {
                                        Hash hash;
                                        hash.add(done.table);
                                        hash.add(done.returns);
                                        hash.add(std::span<const double>(done.test));
                                        learnt[static_cast<std::size_t>(done.learner)] =
                                            hash.value();
                                    },
                                    {});
    Hash all;
    all.add(std::span<const std::uint64_t>(learnt));
    return all.value();
}

}  // namespace lockstep::test
