#include <lockstep/agents/actor_critic/agent.hpp>

#include <lockstep/agents/actor_critic/batched.hpp>
#include <lockstep/agents/actor_critic/population.hpp>
#include <lockstep/agents/network/acting_network.hpp>
#include <lockstep/agents/network/network_results.hpp>

namespace lockstep {
namespace {

constexpr const char* executions[] = {"population", "batched"};

constexpr AgentParameter special[] = {
    budget({"steps", 100'000, 1, 2e9, true, "steps a learner, in all its worlds together"}),
    {"worlds", 8, 1, 1e6, true, "worlds of each learner; in a population, up to 4096"},
    {"execution", 0, 0, 1, true,
     "learners side by side, one a lane, or one after the other, each on all threads with its "
     "worlds as the columns of a matrix",
     executions},
    {"rollout", 32, 1, 1e6, true, "steps in each world between two updates"},
    {"epochs", 1, 1, 1000, true, "passes over a rollout"},
    {"minibatches", 1, 1, 1e6, true, "steps of the optimiser a pass; they divide a rollout"},
    own({"gamma", 0.99, 0, 1, false, "discount of a step"}),
    own({"lambda", 1, 0, 1, false, "of generalised advantages; 0: one step ahead, 1: all of them"}),
    own({"clip_ratio", 0, 0, 1e3, false,
         "how far a probability may move in an update, as a share of it; 0: the plain policy "
         "gradient"}),
    own({"value_weight", 0.5, 0, 1e3, false, "weight of the value's squared error"}),
    own({"entropy", 0, 0, 1e3, false, "weight of the policy's entropy"}),
    own({"log_std_init", 0, -20, 20, false,
         "of continuous actions: how the logarithm of their deviation begins"}),
    own({"normalise", 0, 0, 1, true, "advantages to mean 0 and deviation 1 in a minibatch",
         no_yes}),
    own({"anneal", 0, 0, 1, true, "the learning rate falls to 0 in equal steps", no_yes}),
    {"shared", 1, 0, 1, true, "one network for policy and value, or one for each", no_yes},
    {"residual", 0, 0, 1, true, "the value's gradient goes through its target, too", no_yes},
    {"test_policy", 0, 0, 1, true, "plays test episodes: most probable action (or mean), or drawn",
     network_test_policies},
    {"checkpoints", 20, 1, 1000, true, "points of the learning curve"},
};

template <class Real>
TrainResult train_in(const TrainConfig& config, const Agent& agent, const Progress& progress,
                     std::int64_t checkpoints) {
    const auto settings = settings_each(config, agent, actor_critic_settings);
    const ActorCriticSettings& common = settings[0];
    const ActorCriticPopulation<Real> population(config, common);
    const auto points = checkpoint_steps(common, checkpoints);
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
    return scored(results.finish(steps), config, acting_network(config, agent));
}

bool tests_greedily(const TrainConfig& config, const Agent& agent) {
    return parameter(config, agent, "test_policy") == 0;
}

// Of learners whose time would be up before they are done: they do not begin.
TrainResult all_timed_out(const TrainConfig& config, const Agent& agent) {
    NetworkResults<float> results(learner_count(config), {}, "steps", "");
    for (std::int64_t i = 0; i < learner_count(config); ++i) results.fail(i, true);
    return scored(results.finish({}), config, acting_network(config, agent));
}

TrainResult train(const TrainConfig& config, const Agent& agent, const Progress& progress) {
    const auto checkpoints = static_cast<std::int64_t>(parameter(config, agent, "checkpoints"));
    const std::int64_t steps = actor_critic_settings(config, agent).played_steps();
    if (config.most_steps > 0 && steps > config.most_steps) return all_timed_out(config, agent);
    if (parameter(config, agent, "execution") != 0) {
        return train_batched(config, settings_each(config, agent, actor_critic_settings), progress,
                             {checkpoints, tests_greedily(config, agent)});
    }
    return timed(
        config, [&] { return train_in<float>(config, agent, progress, checkpoints); },
        [&] { return train_in<double>(config, agent, progress, checkpoints); });
}

void check(const TrainConfig& config, const Agent& agent) {
    const auto settings = settings_each(config, agent, actor_critic_settings);
    if (parameter(config, agent, "execution") != 0) {
        check_batched(config, settings[0]);
    } else {
        in_precision(
            config, [&] { ActorCriticPopulation<float>(config, settings[0]).check(settings); },
            [&] { ActorCriticPopulation<double>(config, settings[0]).check(settings); });
    }
    check_most_steps(config, settings[0].played_steps());
}

ActingNetwork network(const TrainConfig& config, const Agent& agent, int inputs,
                      ActionSpace actions) {
    const ActorCriticShape shape =
        make_shape(actor_critic_settings(config, agent), inputs, actions);
    const std::int32_t log_std = shape.continuous ? shape.network_parameters() : -1;
    return {shape.policy,
            {0, shape.actions, log_std},
            tests_greedily(config, agent),
            shape.parameters()};
}

}  // namespace

ActorCriticSettings actor_critic_settings(const TrainConfig& config, const Agent& agent) {
    const auto value = [&](const char* name) { return parameter(config, agent, name); };
    const auto whole = [&](const char* name) { return static_cast<std::int64_t>(value(name)); };
    return {.network = network_spec(config, agent),
            .shared = value("shared") != 0,
            .optimiser = optimiser_settings(config, agent),
            .steps = whole("steps"),
            .worlds = whole("worlds"),
            .rollout = whole("rollout"),
            .epochs = whole("epochs"),
            .minibatches = whole("minibatches"),
            .gamma = value("gamma"),
            .lambda = value("lambda"),
            .clip_ratio = value("clip_ratio"),
            .value_weight = value("value_weight"),
            .entropy_weight = value("entropy"),
            .log_std_init = value("log_std_init"),
            .normalise = value("normalise") != 0,
            .anneal = value("anneal") != 0,
            .residual = value("residual") != 0};
}

Agent actor_critic_agent() {
    static const std::vector<AgentParameter> parameters =
        network_parameters(special, {{"worlds", 1},
                                     {"rollout", 1},
                                     {"lambda", 0},
                                     {"anneal", 1},
                                     {"hidden", 0, "32-32"},
                                     {"activation", 0, "tanh"}});
    return {"actor-critic",
            "Sutton and Barto 2018, section 13.5; the slides' actor-critic",
            parameters,
            train,
            0,
            network,
            true,
            check};
}

Agent a2c_agent() {
    static const std::vector<AgentParameter> parameters =
        network_parameters(special, {{"shared", 0},
                                     {"rollout", 8},
                                     {"rate", 3e-3},
                                     {"hidden", 0, "32-32"},
                                     {"activation", 0, "tanh"},
                                     {"initialisation", 2},
                                     {"clip", 0.5}});
    return {"a2c", "Mnih et al. 2016, with all worlds in step", parameters, train, 0, network, true,
            check};
}

// Measured on CartPole-v1, 64 learners from each of seeds 0, 1000, 2000, 3000, 4000 and 5000: the
// interquartile mean of test returns is 500 after 100,000 steps, the mean 499.9 or more.
Agent ppo_agent() {
    static const std::vector<AgentParameter> parameters =
        network_parameters(special, {{"shared", 0},
                                     {"epochs", 4},
                                     {"minibatches", 8},
                                     {"gamma", 0.98},
                                     {"lambda", 0.8},
                                     {"clip_ratio", 0.2},
                                     {"normalise", 1},
                                     {"anneal", 1},
                                     {"rate", 3e-3},
                                     {"hidden", 0, "32-32"},
                                     {"activation", 0, "tanh"},
                                     {"initialisation", 2},
                                     {"clip", 0.5}});
    return {"ppo", "Schulman et al. 2017", parameters, train, 0, network, true, check};
}

}  // namespace lockstep
