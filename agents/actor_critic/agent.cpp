
#include <lockstep/agent.hpp>

#include "agents/actor_critic/batched.hpp"
#include "agents/actor_critic/population.hpp"
#include "agents/network/acting_network.hpp"
#include "agents/network/network_results.hpp"

namespace lockstep {
namespace {

constexpr const char* executions[] = {"population", "batched"};

using AllSettings = std::span<const ActorCriticSettings>;

void network(const ActorCriticSettings& settings, int inputs, ActionShape actions,
             ActingNetwork& acting) {
    const ActorCriticShape shape = make_shape(settings, inputs, actions);
    const std::int32_t log_std = shape.continuous ? shape.network_parameters() : -1;
    acting = {shape.policy,
              {0, shape.actions, log_std},
              settings.test_policy == NetworkTestPolicy::greedy,
              shape.parameters()};
}

template <class Real>
TrainResult train_in(const TrainConfig& config, AllSettings settings,
                     const ProgressCallback& progress) {
    const ActorCriticSettings& common = settings[0];
    const ActorCriticPopulation<Real> population(config, common);
    const auto points = checkpoint_steps(common, common.checkpoints);
    NetworkResults<Real> results(learner_count(config), points, "steps",
                                 "mean return since the last checkpoint", config.resume);
    const auto done = [&](const TrainedActorCritic<Real>& one) {
        results.record(one.learner, learner_record(one.log, one.steps, common));
        if (one.stage == LearnerStage::failed) return results.fail(one.learner);
        results.add(one.learner, one.parameters, logged_returns<Real>(one.log),
                    learning_curve(one.log, reached(points, one.steps), common));
        results.keep(one.learner, one.stage, one.state);
    };
    const LaneSteps steps = population.learn(settings, learner_count(config), done, progress);
    return scored(results.finish(steps), config, acting_network(config, network, common));
}

// The result of learners that would reach the step limit before they are done: they do not begin.
TrainResult all_stopped(const TrainConfig& config, const ActorCriticSettings& common) {
    NetworkResults<float> results(learner_count(config), {}, "steps", "");
    for (std::int64_t i = 0; i < learner_count(config); ++i) results.fail(i, true);
    return scored(results.finish({}), config, acting_network(config, network, common));
}

TrainResult train(const TrainConfig& config, AllSettings settings,
                  const ProgressCallback& progress) {
    const std::int64_t steps = settings[0].played_steps();
    if (config.max_steps > 0 && steps > config.max_steps) return all_stopped(config, settings[0]);
    if (settings[0].execution == Execution::batched)
        return train_batched(config, settings, progress);
    return in_precision(
        config, [&] { return train_in<float>(config, settings, progress); },
        [&] { return train_in<double>(config, settings, progress); });
}

void check(const TrainConfig& config, AllSettings settings) {
    if (settings[0].execution == Execution::batched) {
        check_batched(config, settings[0]);
    } else {
        in_precision(
            config, [&] { ActorCriticPopulation<float>(config, settings[0]).check(settings); },
            [&] { ActorCriticPopulation<double>(config, settings[0]).check(settings); });
    }
    check_max_steps(config, settings[0].played_steps());
}

// A rate that falls over the whole budget cannot be extended to a larger one.
bool resumable(const ActorCriticSettings& settings) {
    return !settings.anneal_lr && settings.execution == Execution::population;
}

AgentSpec<ActorCriticSettings> spec(const char* id, const char* source,
                                    const ActorCriticSettings& defaults) {
    return {.id = id,
            .source = source,
            .defaults = defaults,
            .train = train,
            .check = check,
            .network = network,
            .resumable = resumable};
}

}  // namespace

void ActorCriticSettings::declare(SettingList& list) {
    list.integer("steps", steps, 1, 2e9, "steps a learner, in all its environments together")
        .budget();
    list.integer("num_envs", num_envs, 1, 1e6,
                 "environments of each learner; in a population, up to 4096")
        .old_name("worlds");
    list.word("execution", execution, executions,
              "learners side by side, one a lane, or one after the other, each on all threads with "
              "its environments as the columns of a matrix");
    list.integer("num_steps", num_steps, 1, 1e6, "steps in each environment between two updates")
        .old_name("rollout");
    list.integer("update_epochs", update_epochs, 1, 1000, "passes over a rollout")
        .old_name("epochs");
    list.integer("num_minibatches", num_minibatches, 1, 1e6,
                 "steps of the optimizer a pass; they divide a rollout")
        .old_name("minibatches");
    list.number("gamma", gamma, 0, 1, "discount of a step").per_learner();
    list.number("gae_lambda", gae_lambda, 0, 1,
                "of generalized advantages; 0: one step ahead, 1: all of them")
        .per_learner()
        .old_name("lambda");
    list.number("clip_range", clip_range, 0, 1e3,
                "how far a probability may move in an update, relative to what it was; 0: the "
                "plain policy gradient")
        .per_learner()
        .old_name("clip_ratio");
    list.number("vf_coef", vf_coef, 0, 1e3, "weight of the value's squared error")
        .per_learner()
        .old_name("value_weight");
    declare_policy(list, ent_coef, log_std_init);
    list.flag("normalize_advantage", normalize_advantage,
              "advantages to mean 0 and deviation 1 in a minibatch")
        .per_learner()
        .old_name("normalise");
    list.flag("anneal_lr", anneal_lr, "the learning rate falls to 0 in equal steps")
        .per_learner()
        .old_name("anneal");
    list.flag("shared", shared, "one network for policy and value, or one for each");
    list.flag("residual", residual, "the value's gradient goes through its target, too");
    list.word("test_policy", test_policy, network_test_policies,
              "plays test episodes: most probable action (or mean), or drawn");
    list.integer("checkpoints", checkpoints, 1, 1000, "points of the learning curve");
    lockstep::declare(list, network);
    optimizer.declare(list);
}

Agent actor_critic_agent() {
    return make_agent(spec("actor-critic",
                           "Sutton and Barto 2018, section 13.5; the slides' actor-critic",
                           {.network = {.hidden = {32, 32}, .activations = {Activation::tanh}},
                            .num_envs = 1,
                            .num_steps = 1,
                            .gae_lambda = 0,
                            .anneal_lr = true}));
}

Agent a2c_agent() {
    return make_agent(spec("a2c", "Mnih et al. 2016, with all environments in step",
                           {.network = {.hidden = {32, 32},
                                        .activations = {Activation::tanh},
                                        .initialization = Initialization::uniform_fan_in},
                            .shared = false,
                            .optimizer = {.learning_rate = 3e-3, .max_grad_norm = 0.5},
                            .num_steps = 8}));
}

// Measured on CartPole-v1, 64 learners from each of seeds 0, 1000, 2000, 3000, 4000 and 5000: the
// interquartile mean of test returns is 500 after 100,000 steps, the mean 499.9 or more.
Agent ppo_agent() {
    return make_agent(spec("ppo", "Schulman et al. 2017",
                           {.network = {.hidden = {32, 32},
                                        .activations = {Activation::tanh},
                                        .initialization = Initialization::uniform_fan_in},
                            .shared = false,
                            .optimizer = {.learning_rate = 3e-3, .max_grad_norm = 0.5},
                            .update_epochs = 4,
                            .num_minibatches = 8,
                            .gamma = 0.98,
                            .gae_lambda = 0.8,
                            .clip_range = 0.2,
                            .normalize_advantage = true,
                            .anneal_lr = true}));
}

}  // namespace lockstep
