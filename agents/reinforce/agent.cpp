#include <lockstep/agents/reinforce/agent.hpp>

#include <algorithm>

#include <lockstep/agents/agent/learning_curve.hpp>
#include <lockstep/agents/network/acting_network.hpp>
#include <lockstep/agents/network/network_results.hpp>
#include <lockstep/agents/reinforce/population.hpp>

namespace lockstep {
namespace {

constexpr const char* gradients[] = {"average", "sum"};
constexpr const char* losses[] = {"log", "square"};

constexpr AgentParameter special[] = {
    budget(own({"episodes", 1000, 1, 1e9, true, "episodes a learner"})),
    {"update_every", 1, 1, 1e6, true, "episodes between two updates"},
    own({"gamma", 0.99, 0, 1, false, "discount of a step"}),
    own({"normalise", 1, 0, 1, true, "returns to mean 0 and deviation 1 over an update's steps",
         no_yes}),
    own({"gradient", 0, 0, 1, true, "over the steps of an update", gradients}),
    own({"loss", 1, 0, 1, true,
         "-log probability of an action, or, of two actions, (probability - action)^2 / 2",
         losses}),
    {"baseline", 0, 0, 1, true, "a second network learns the value of a state", no_yes},
    own({"baseline_rate", 1e-2, 0, 1e3, false, "its learning rate"}),
    own({"entropy", 0, 0, 1e3, false, "weight of the policy's entropy"}),
    own({"log_std_init", 0, -20, 20, false,
         "of continuous actions: how the logarithm of their deviation begins"}),
    own({"bootstrap", 0, 0, 1, true, "a truncated episode goes on with the baseline's value",
         no_yes}),
    {"test_policy", 0, 0, 1, true, "plays test episodes: most probable action (or mean), or drawn",
     network_test_policies},
    {"checkpoints", 20, 1, 1000, true, "points of the learning curve"},
};

template <class Real>
TrainResult train_in(const TrainConfig& config, const Agent& agent, const Progress& progress) {
    const auto settings = settings_each(config, agent, reinforce_settings);
    const ReinforcePopulation<Real> population(config, settings[0]);
    const auto points =
        checkpoint_ends(std::ranges::max(settings, {}, &ReinforceSettings::episodes).episodes,
                        static_cast<std::int64_t>(parameter(config, agent, "checkpoints")));
    NetworkResults<Real> results(learner_count(config), points, "episodes",
                                 "mean return since the last checkpoint", config.resume);
    const auto done = [&](const TrainedNetwork<Real>& one) {
        results.record(one.learner, {one.steps, mean_of_all(one.returns)});
        if (!has_learnt(one.stage))
            return results.fail(one.learner, one.stage == LearnerStage::timed_out);
        results.add(one.learner, one.parameters, one.returns, window_means(one.returns, points));
        results.keep(one.learner, one.stage, one.state);
    };
    const LaneSteps steps =
        population.learn(settings, learner_count(config), config.resume, done, progress);
    return scored(results.finish(steps), config, acting_network(config, agent));
}

TrainResult train(const TrainConfig& config, const Agent& agent, const Progress& progress) {
    return timed(
        config, [&] { return train_in<float>(config, agent, progress); },
        [&] { return train_in<double>(config, agent, progress); });
}

void check(const TrainConfig& config, const Agent& agent) {
    const auto settings = settings_each(config, agent, reinforce_settings);
    in_precision(
        config, [&] { ReinforcePopulation<float>(config, settings[0]).check(settings); },
        [&] { ReinforcePopulation<double>(config, settings[0]).check(settings); });
}

ActingNetwork network(const TrainConfig& config, const Agent& agent, int inputs,
                      ActionSpace actions) {
    const NetworkSpec spec = network_spec(config, agent);
    const int outputs = policy_outputs(actions);
    const NetworkShape shape = make_shape(spec, inputs, outputs);
    const int columns = actions.continuous ? actions.count : 0;
    return {shape,
            {0, outputs, columns > 0 ? shape.parameters : -1},
            parameter(config, agent, "test_policy") == 0,
            shape.parameters + columns};
}

}  // namespace

ReinforceSettings reinforce_settings(const TrainConfig& config, const Agent& agent) {
    const auto value = [&](const char* name) { return parameter(config, agent, name); };
    return {.network = network_spec(config, agent),
            .optimiser = optimiser_settings(config, agent),
            .episodes = static_cast<std::int64_t>(value("episodes")),
            .update_every = static_cast<std::int64_t>(value("update_every")),
            .gamma = value("gamma"),
            .normalise = value("normalise") != 0,
            .average = value("gradient") == 0,
            .squared = value("loss") != 0,
            .baseline = value("baseline") != 0,
            .baseline_rate = value("baseline_rate"),
            .entropy = value("entropy"),
            .log_std_init = value("log_std_init"),
            .bootstrap = value("bootstrap") != 0};
}

Agent reinforce_agent() {
    // Tutorial 000.
    static const std::vector<AgentParameter> parameters =
        network_parameters(special, {{"hidden", 0, "10-10"},
                                     {"activation", 0, "relu-identity"},
                                     {"optimiser", 0},
                                     {"rate", 0.5}});
    return {"reinforce",
            "Williams 1992; defaults as in the tutorial \"Reinforcement Learning\", its policy "
            "learning",
            parameters,
            train,
            0,
            network,
            true,
            check};
}

}  // namespace lockstep
