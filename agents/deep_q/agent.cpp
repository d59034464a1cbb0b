
#include <lockstep/agent.hpp>

#include "agents/deep_q/population.hpp"
#include "agents/network/acting_network.hpp"

namespace lockstep {
namespace {

constexpr const char* targets[] = {"hard", "none", "soft"};
constexpr const char* clocks[] = {"episodes", "steps"};

TrainResult train(const TrainConfig& config, std::span<const DeepQSettings> settings,
                  const ProgressCallback& progress) {
    return in_precision(
        config, [&] { return train_deep_q<float>(config, settings, progress); },
        [&] { return train_deep_q<double>(config, settings, progress); });
}

void network(const DeepQSettings& settings, int inputs, ActionShape actions,
             ActingNetwork& acting) {
    acting = q_network(q_shape(settings, inputs, actions.count), actions.count);
}

}  // namespace

void DeepQSettings::declare(SettingList& list) {
    list.integer("episodes", episodes, 1, 1e9, "episodes a learner").budget().per_learner();
    list.flag("double", double_q,
              "whether the learning network chooses what the target network values");
    list.flag("dueling", dueling,
              "whether the network gives a state's value and its actions' advantages");
    list.word("target", target, targets,
              "what values next states: a copy made every target_update_interval, the learning "
              "network, or one that follows it by tau; by default none, with double hard");
    list.word("clock", clock, clocks,
              "what learning_starts, train_freq and target_update_interval count");
    list.integer("learning_starts", learning_starts, 0, 1e9,
                 "no batch is learnt from up to this episode or step, from 0")
        .per_learner()
        .old_name("warmup");
    list.integer("train_freq", train_freq, 1, 1e9,
                 "of these episodes or steps, one is followed by a batch")
        .per_learner()
        .old_name("train_every");
    list.integer("target_update_interval", target_update_interval, 1, 1e9,
                 "of these episodes or steps, one is followed by a hard target's copy")
        .per_learner()
        .old_name("target_every");
    list.number("tau", tau, 0, 1, "how far a soft target moves after a batch").per_learner();
    list.integer("buffer_size", buffer_size, 1, 1e8,
                 "transitions that a learner remembers, the last ones")
        .old_name("buffer");
    list.integer("batch_size", batch_size, 1, 65536, "transitions that it learns from at once")
        .old_name("batch");
    list.number("gamma", gamma, 0, 1, "discount of a step").per_learner();
    list.number("epsilon", epsilon, 0, 1, "share of actions that are random").per_learner();
    list.number("epsilon_final", epsilon_final, 0, 1,
                "reached after epsilon_decay_episodes, in equal steps")
        .per_learner()
        .old_name("epsilon_last");
    list.integer("epsilon_decay_episodes", epsilon_decay_episodes, 0, 1e9, "0: epsilon is constant")
        .per_learner()
        .old_name("epsilon_episodes");
    list.integer("checkpoints", checkpoints, 1, 1000, "points of the learning curve");
    lockstep::declare(list, network);
    optimizer.declare(list);
}

void DeepQSettings::complete(const SettingList& given) {
    if (double_q && !given.given("target")) target = TargetNetwork::hard;
}

Agent deep_q_agent() {
    return make_agent<DeepQSettings>(
        {.id = "dqn",
         .source = "Mnih et al. 2015; double: van Hasselt et al. 2016; dueling: Wang et al. 2016; "
                   "defaults: tutorial 001's first",
         .train = train,
         .check = check_deep_q,
         .network = network,
         .resumable = [](const DeepQSettings&) { return true; }});
}

}  // namespace lockstep
