#include "agents/network/network_settings.hpp"

namespace lockstep {
namespace {

constexpr const char* initializations[] = {"normal", "glorot", "uniform"};
constexpr const char* optimizers[] = {"sgd", "momentum", "rmsprop", "adam", "nadam", "adamw"};
static_assert(std::size(optimizers) == optimizer_kinds);

}  // namespace

void declare(SettingList& list, NetworkSpec& network) {
    list.text("hidden", network.hidden, parse_layers, layers_text,
              "sizes of the hidden layers, as in 64-64, or none");
    list.text("activation", network.activations, parse_activations, activations_text,
              "identity, relu, elu, tanh or sigmoid; or one for each layer, as in relu-identity");
    list.flag("bias", network.bias, "whether layers add a bias");
    list.word("initialization", network.initialization, initializations,
              "of weights: normal / sqrt(inputs), Glorot uniform, or uniform within 1 / "
              "sqrt(inputs)")
        .old_name("initialisation");
}

void declare_policy(SettingList& list, double& ent_coef, double& log_std_init) {
    list.number("ent_coef", ent_coef, 0, 1e3, "weight of the policy's entropy")
        .per_learner()
        .old_name("entropy");
    list.number("log_std_init", log_std_init, -20, 20,
                "of continuous actions: how the logarithm of their deviation begins")
        .per_learner();
}

void OptimizerSettings::declare(SettingList& list) {
    list.word("optimizer", kind, optimizers, "rule of the steps down the gradient")
        .old_name("optimiser");
    list.number("learning_rate", learning_rate, 0, 1e38, "length of the steps down the gradient")
        .per_learner()
        .old_name("rate");
    list.number("beta1", beta1, 0, 0.999999, "how much momentum stays at a step").per_learner();
    list.number("beta2", beta2, 0, 0.9999999, "how much of the mean square stays").per_learner();
    list.number("adam_eps", epsilon, 1e-30, 1, "added to the root of the mean square")
        .per_learner()
        .old_name("epsilon_hat");
    list.number("weight_decay", weight_decay, 0, 1e3,
                "adamw: of weights; nadam: of its momentum schedule, 1 in Keras, 0.004 before 2.11")
        .per_learner()
        .old_name("decay");
    list.number("max_grad_norm", max_grad_norm, 0, 1e9, "largest norm of a gradient; 0: any")
        .per_learner()
        .old_name("clip");
}

}  // namespace lockstep
