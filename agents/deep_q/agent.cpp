#include <lockstep/agents/deep_q/population.hpp>

namespace lockstep {
namespace {

constexpr const char* targets[] = {"hard", "none", "soft"};
constexpr const char* clocks[] = {"episodes", "steps"};

constexpr AgentParameter special[] = {
    budget(own({"episodes", 600, 1, 1e9, true, "episodes a learner"})),
    {"double", 0, 0, 1, true, "whether the learning network chooses what the target network values",
     no_yes},
    {"dueling", 0, 0, 1, true,
     "whether the network tells a state's value and its actions' advantages", no_yes},
    {"target", 1, 0, 2, true,
     "what values next states: a copy made every target_every, the learning network, or one that "
     "follows it by tau; by default none, with double hard",
     targets, "double"},
    {"clock", 0, 0, 1, true, "what warmup, train_every and target_every count", clocks},
    own({"warmup", 50, 0, 1e9, true, "no batch is learnt from up to this episode or step, from 0"}),
    own({"train_every", 1, 1, 1e9, true, "of these episodes or steps, one is followed by a batch"}),
    own({"target_every", 50, 1, 1e9, true, "likewise by a hard target's copy"}),
    own({"tau", 0.01, 0, 1, false, "how far a soft target moves after a batch"}),
    {"buffer", 2000, 1, 1e8, true, "transitions that a learner remembers, the last ones"},
    {"batch", 32, 1, 65536, true, "transitions that it learns from at once"},
    own({"gamma", 0.95, 0, 1, false, "discount of a step"}),
    own({"epsilon", 1, 0, 1, false, "share of actions that are random"}),
    own({"epsilon_last", 0.01, 0, 1, false, "reached after epsilon_episodes, in equal steps"}),
    own({"epsilon_episodes", 495, 0, 1e9, true, "0: epsilon is constant"}),
    {"checkpoints", 12, 1, 1000, true, "points of the learning curve"},
};

TrainResult train(const TrainConfig& config, const Agent& agent, const Progress& progress) {
    const auto settings = settings_each(config, agent, deep_q_settings);
    const auto checkpoints = static_cast<std::int64_t>(parameter(config, agent, "checkpoints"));
    return timed(
        config, [&] { return train_deep_q<float>(config, settings, checkpoints, progress); },
        [&] { return train_deep_q<double>(config, settings, checkpoints, progress); });
}

void check(const TrainConfig& config, const Agent& agent) {
    check_deep_q(config, settings_each(config, agent, deep_q_settings));
}

ActingNetwork network(const TrainConfig& config, const Agent& agent, int inputs,
                      ActionSpace actions) {
    return q_network(q_shape(deep_q_settings(config, agent), inputs, actions.count), actions.count);
}

}  // namespace

DeepQSettings deep_q_settings(const TrainConfig& config, const Agent& agent) {
    const auto number = [&](const char* name) { return parameter(config, agent, name); };
    const auto whole = [&](const char* name) { return static_cast<std::int64_t>(number(name)); };
    return {.network = network_spec(config, agent),
            .optimiser = optimiser_settings(config, agent),
            .double_q = number("double") != 0,
            .dueling = number("dueling") != 0,
            .target = static_cast<TargetNetwork>(whole("target")),
            .clock = static_cast<Clock>(whole("clock")),
            .warmup = whole("warmup"),
            .train_every = whole("train_every"),
            .target_every = whole("target_every"),
            .tau = number("tau"),
            .buffer = whole("buffer"),
            .batch = whole("batch"),
            .gamma = number("gamma"),
            .epsilon = number("epsilon"),
            .epsilon_last = number("epsilon_last"),
            .epsilon_episodes = whole("epsilon_episodes"),
            .episodes = whole("episodes")};
}

Agent deep_q_agent() {
    static const std::vector<AgentParameter> parameters = network_parameters(
        special, {{"hidden", 0, "32-32"},
                  {"activation", 0, "elu"},
                  {"initialisation", static_cast<double>(Initialisation::glorot_uniform)},
                  {"optimiser", static_cast<double>(OptimiserKind::nadam)},
                  {"rate", 0.01},
                  {"epsilon_hat", 1e-7},
                  {"decay", 1}});
    return {"dqn",
            "Mnih et al. 2015; double: van Hasselt et al. 2016; dueling: Wang et al. 2016; "
            "defaults: tutorial 001's first",
            parameters,
            train,
            0,
            network,
            true,
            check};
}

}  // namespace lockstep
