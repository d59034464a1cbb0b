#include <algorithm>

#include <lockstep/agent.hpp>

#include "agents/agent/learning_curve.hpp"
#include "agents/network/acting_network.hpp"
#include "agents/network/network_results.hpp"
#include "agents/reinforce/population.hpp"

namespace lockstep {
namespace {

constexpr const char* gradient_scales[] = {"average", "sum"};
constexpr const char* policy_losses[] = {"log", "square"};

using AllSettings = std::span<const ReinforceSettings>;

void network(const ReinforceSettings& settings, int inputs, ActionShape actions,
             ActingNetwork& acting) {
    const int outputs = policy_outputs(actions);
    const NetworkShape shape = make_shape(settings.network, inputs, outputs);
    const int columns = actions.continuous ? actions.count : 0;
    acting = {shape,
              {0, outputs, columns > 0 ? shape.parameters : -1},
              settings.test_policy == NetworkTestPolicy::greedy,
              shape.parameters + columns};
}

template <class Real>
TrainResult train_in(const TrainConfig& config, AllSettings settings,
                     const ProgressCallback& progress) {
    const ReinforcePopulation<Real> population(config, settings[0]);
    const auto points =
        checkpoint_ends(std::ranges::max(settings, {}, &ReinforceSettings::episodes).episodes,
                        settings[0].checkpoints);
    NetworkResults<Real> results(learner_count(config), points, "episodes",
                                 "mean return since the last checkpoint", config.resume);
    const auto done = [&](const TrainedNetwork<Real>& one) {
        results.record(one.learner, {one.steps, mean_of_all(one.returns)});
        if (!has_learnt(one.stage))
            return results.fail(one.learner, one.stage == LearnerStage::step_limit);
        results.add(one.learner, one.parameters, one.returns, window_means(one.returns, points));
        results.keep(one.learner, one.stage, one.state);
    };
    const LaneSteps steps =
        population.learn(settings, learner_count(config), config.resume, done, progress);
    return scored(results.finish(steps), config, acting_network(config, network, settings[0]));
}

TrainResult train(const TrainConfig& config, AllSettings settings,
                  const ProgressCallback& progress) {
    return in_precision(
        config, [&] { return train_in<float>(config, settings, progress); },
        [&] { return train_in<double>(config, settings, progress); });
}

void check(const TrainConfig& config, AllSettings settings) {
    in_precision(
        config, [&] { ReinforcePopulation<float>(config, settings[0]).check(settings); },
        [&] { ReinforcePopulation<double>(config, settings[0]).check(settings); });
}

}  // namespace

void ReinforceSettings::declare(SettingList& list) {
    list.integer("episodes", episodes, 1, 1e9, "episodes a learner").budget().per_learner();
    list.integer("update_every", update_every, 1, 1e6, "episodes between two updates");
    list.number("gamma", gamma, 0, 1, "discount of a step").per_learner();
    list.flag("normalize_advantage", normalize_advantage,
              "returns to mean 0 and deviation 1 over an update's steps")
        .per_learner()
        .old_name("normalise");
    list.word("gradient", gradient, gradient_scales, "over the steps of an update").per_learner();
    list.word("loss", loss, policy_losses,
              "-log probability of an action, or, of two actions, (probability - action)^2 / 2")
        .per_learner();
    list.flag("baseline", baseline, "a second network learns the value of a state");
    list.number("baseline_learning_rate", baseline_learning_rate, 0, 1e38,
                "of the baseline's network")
        .per_learner()
        .old_name("baseline_rate");
    declare_policy(list, ent_coef, log_std_init);
    list.flag("bootstrap", bootstrap, "a truncated episode goes on with the baseline's value")
        .per_learner();
    list.word("test_policy", test_policy, network_test_policies,
              "plays test episodes: most probable action (or mean), or drawn");
    list.integer("checkpoints", checkpoints, 1, 1000, "points of the learning curve");
    lockstep::declare(list, network);
    optimizer.declare(list);
}

Agent reinforce_agent() {
    return make_agent<ReinforceSettings>(
        {.id = "reinforce",
         .source = "Williams 1992; defaults as in the tutorial \"Reinforcement Learning\", its "
                   "policy learning",
         .defaults = {.network = {.hidden = {10, 10},
                                  .activations = {Activation::relu, Activation::identity}},
                      .optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.5},
                      .loss = PolicyLoss::square},
         .train = train,
         .check = check,
         .network = network,
         .resumable = [](const ReinforceSettings&) { return true; }});
}

}  // namespace lockstep
