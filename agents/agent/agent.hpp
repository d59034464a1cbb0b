// What an agent is to its callers: a name, settings, and a function that trains many learners.
//
// Owns:      the reading of settings, before the agent sees them.
// Must not:  know how an agent learns.
// Invariant: what training returns is a function of its configuration; threads change only the
//            time.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/agents/agent/train_result.hpp>

namespace lockstep {

struct ActingNetwork;
struct ActingTable;

// How a learner acts: it chooses one of `count` actions or, if they are continuous, that many
// numbers at once.
struct ActionSpace {
    int count = 0;
    bool continuous = false;
};

// An agent whose settings are a struct S (see SettingList). Its functions take the settings of all
// learners: a single element where all learners share them.
template <class S>
struct AgentSpec {
    const char* id;
    const char* source;
    S defaults = {};
    TrainResult (*train)(const TrainConfig&, std::span<const S>, const ProgressCallback&);
    // Throws ConfigError where `train` would, without training: for settings that do not fit each
    // other or the environment, for lack of memory, and where config.max_steps stops every learner.
    void (*check)(const TrainConfig&, std::span<const S>) = nullptr;
    // How the networks that `train` returns act, for this many inputs and these actions. Null: the
    // agent has no networks.
    void (*network)(const S&, int inputs, ActionSpace, ActingNetwork& acting) = nullptr;
    // How its tables act. Null: the agent has no tables.
    void (*table)(const S&, ActingTable& acting) = nullptr;
    // Whether learners with these settings may continue with a larger budget and end with the same
    // bits as uninterrupted training. Null: none may.
    bool (*resumable)(const S&) = nullptr;
    bool stops = true;                 // obeys TrainConfig::stop, and its results hold states
    bool has_training_returns = true;  // LearnerRecord::training_return is a number
};

// An agent as callers see it, who do not know the type of its settings. Functions that it lacks are
// empty.
struct Agent {
    std::string id, source;
    std::vector<Setting> settings;
    bool stops = true, has_training_returns = true;
    std::function<TrainResult(const TrainConfig&, const ProgressCallback&)> train = {};
    std::function<void(const TrainConfig&)> check = {};
    std::function<void(const TrainConfig&, int inputs, ActionSpace, ActingNetwork&)> network = {};
    // `own`: the settings in which this learner differs from the others.
    std::function<void(const TrainConfig&, const SettingValues& own, ActingTable&)> table = {};
    std::function<bool(const TrainConfig&)> resumable = {};
    std::function<std::vector<Setting>(const TrainConfig&)> values = {};  // of its settings
};

template <class S>
std::vector<S> settings_of_learners(const S& defaults, const TrainConfig& config) {
    std::vector<S> settings;
    if (config.learner_overrides.empty())
        settings.push_back(with_values(defaults, config.settings));
    for (const LearnerConfig& learner : config.learner_overrides)
        settings.push_back(with_values(defaults, config.settings, learner.settings));
    return settings;
}

template <class S>
Agent make_agent(const AgentSpec<S>& spec) {
    Agent agent{spec.id, spec.source, listed(spec.defaults), spec.stops, spec.has_training_returns};
    agent.train = [spec](const TrainConfig& config, const ProgressCallback& progress) {
        return spec.train(config, settings_of_learners(spec.defaults, config), progress);
    };
    agent.check = [spec](const TrainConfig& config) {
        const std::vector<S> settings = settings_of_learners(spec.defaults, config);
        if (spec.check != nullptr) spec.check(config, settings);
    };
    if (spec.network != nullptr) {
        agent.network = [spec](const TrainConfig& config, int inputs, ActionSpace actions,
                               ActingNetwork& acting) {
            spec.network(with_values(spec.defaults, config.settings), inputs, actions, acting);
        };
    }
    if (spec.table != nullptr) {
        agent.table = [spec](const TrainConfig& config, const SettingValues& own,
                             ActingTable& acting) {
            spec.table(with_values(spec.defaults, config.settings, own), acting);
        };
    }
    agent.resumable = [spec](const TrainConfig& config) {
        return spec.resumable != nullptr &&
               spec.resumable(with_values(spec.defaults, config.settings));
    };
    agent.values = [spec](const TrainConfig& config) {
        return listed(with_values(spec.defaults, config.settings));
    };
    return agent;
}

// Trains config's learners. Each file that a setting names is read once. Throws ConfigError on a
// setting that neither the agent nor the environment has, or that is out of its range.
TrainResult train(const Agent& agent, const TrainConfig& config,
                  const ProgressCallback& progress = {});

// Throws ConfigError where `train` would, without training.
void check(const Agent& agent, const TrainConfig& config);

// Adds "name=value" to config's settings: one of the agent's, or one of the environment's. Throws
// ConfigError, naming what is allowed.
void set(TrainConfig& config, const Agent& agent, std::string_view assignment);

// The setting that says how long learning lasts; null: none does.
const Setting* budget_of(const Agent& agent);

}  // namespace lockstep
