// Hashes of what a few populations of learners with networks have learnt: the same on every
// instruction set, compiler and optimization level.
//
// Must not:  assert, so that programs built by other compilers can use it too.
#pragma once

#include <string_view>

#include "agents/actor_critic/batched.hpp"
#include "agents/actor_critic/population.hpp"
#include "agents/deep_q/population.hpp"
#include "agents/network/network_results.hpp"
#include "agents/reinforce/population.hpp"
#include "tests/agents/small_ppo.hpp"

namespace lockstep::test {

inline constexpr std::int64_t hashed_learners = 20;

inline TrainConfig hashed_config(const char* env, Isa isa) {
    return {.env = env, .learners = hashed_learners, .threads = 1, .isa = isa};
}

// Hashes the parameters and returns of all learners that `learn` adds to the results.
std::uint64_t hash_of_results(const auto& learn) {
    NetworkResults<float> results(hashed_learners, {}, "", "");
    learn(results);
    return results.finish({}).hash;
}

inline std::uint64_t ppo_hash(const char* env, bool shared, Isa isa) {
    ActorCriticSettings settings = small_ppo();
    settings.shared = shared, settings.anneal_lr = true;
    const ActorCriticPopulation<float> population(hashed_config(env, isa), settings);
    return hash_of_results([&](NetworkResults<float>& results) {
        const auto add = [&](const TrainedActorCritic<float>& one) {
            results.add(one.learner, one.parameters, logged_returns<float>(one.log), {});
        };
        population.learn({&settings, 1}, hashed_learners, add, {});
    });
}
inline std::uint64_t ppo_cartpole_hash(Isa isa) { return ppo_hash("CartPole-v1", true, isa); }
inline std::uint64_t ppo_taxi_hash(Isa isa) { return ppo_hash("Taxi-v3", false, isa); }

// 100 worlds do not fill the last vector.
inline std::uint64_t batched_hash(Isa isa) {
    ActorCriticSettings settings = small_ppo();
    settings.network.hidden = {9, 6};
    settings.shared = false;
    settings.num_envs = 100, settings.steps = 3200;
    TrainConfig config = hashed_config("CartPole-v1", isa);
    config.learners = 2, config.test_episodes = 2;
    return train_batched(config, {&settings, 1}, {}).hash;
}

inline std::uint64_t dqn_hash(Isa isa) {
    DeepQSettings settings;
    settings.network.hidden = {8};
    settings.double_q = settings.dueling = true;
    settings.target = TargetNetwork::soft;
    settings.learning_starts = 5, settings.buffer_size = 100, settings.batch_size = 8;
    settings.epsilon_decay_episodes = 20, settings.episodes = 30;
    settings.checkpoints = 1;
    return train_deep_q<float>(hashed_config("CartPole-v1", isa), {&settings, 1}, {}).hash;
}

inline std::uint64_t reinforce_hash(Isa isa) {
    ReinforceSettings settings;
    settings.network.hidden = {8};
    settings.optimizer.kind = OptimizerKind::rmsprop;
    settings.episodes = 20, settings.update_every = 2;
    settings.baseline = true;
    settings.ent_coef = 0.01;
    const ReinforcePopulation<float> population(hashed_config("CartPole-v1", isa), settings);
    return hash_of_results([&](NetworkResults<float>& results) {
        const auto add = [&](const TrainedNetwork<float>& one) {
            results.add(one.learner, one.parameters, one.returns, {});
        };
        population.learn({&settings, 1}, hashed_learners, {}, add, {});
    });
}

struct NetworkRun {
    std::string_view name;
    std::uint64_t (*hash)(Isa isa);
    std::uint64_t expected;
};

inline constexpr NetworkRun network_runs[] = {
    {"ppo, CartPole-v1", ppo_cartpole_hash, 0x263674d312671ac7U},
    {"ppo, Taxi-v3", ppo_taxi_hash, 0xff89b38e7cd66f6eU},
    {"batched", batched_hash, 0xe3e1314633859394U},
    {"dqn", dqn_hash, 0xd8cc33a4888a43b3U},
    {"reinforce", reinforce_hash, 0x6582a394b792825bU},
};

}  // namespace lockstep::test
