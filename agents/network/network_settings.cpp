#include <lockstep/agents/network/network_settings.hpp>

#include <algorithm>
#include <cassert>
#include <string_view>

namespace lockstep {
namespace {

constexpr const char* initialisations[] = {"normal", "glorot", "uniform"};
constexpr const char* optimisers[] = {"sgd", "momentum", "rmsprop", "adam", "nadam", "adamw"};

void check_layers(std::string_view text) { parse_layers(text); }
void check_activations(std::string_view text) { parse_activations(text); }

constexpr AgentParameter shared[] = {
    {"hidden",
     0,
     0,
     0,
     false,
     "sizes of the hidden layers, as in 64-64, or none",
     {},
     nullptr,
     "64-64",
     check_layers},
    {"activation",
     0,
     0,
     0,
     false,
     "identity, relu, elu, tanh or sigmoid; or one for each layer, as in relu-identity",
     {},
     nullptr,
     "relu",
     check_activations},
    {"bias", 1, 0, 1, true, "whether layers add a bias", no_yes},
    {"initialisation", 0, 0, 2, true,
     "of weights: normal / sqrt(inputs), Glorot uniform, or uniform within 1 / sqrt(inputs)",
     initialisations},
    {"optimiser", 3, 0, 5, true, "rule of the steps down the gradient", optimisers},
    own({"rate", 1e-3, 0, 1e3, false, "learning rate"}),
    own({"beta1", 0.9, 0, 0.999999, false, "how much momentum stays at a step"}),
    own({"beta2", 0.999, 0, 0.9999999, false, "likewise of the mean square"}),
    own({"epsilon_hat", 1e-8, 1e-30, 1, false, "added to the root of the mean square"}),
    own({"decay", 0, 0, 1e3, false,
         "adamw: of weights; nadam: of its momentum schedule, 1 in Keras, 0.004 before 2.11"}),
    own({"clip", 0, 0, 1e9, false, "largest norm of a gradient; 0: any"}),
};

}  // namespace

std::vector<AgentParameter> network_parameters(std::span<const AgentParameter> special,
                                               std::initializer_list<Default> defaults) {
    std::vector<AgentParameter> all(special.begin(), special.end());
    all.insert(all.end(), std::begin(shared), std::end(shared));
    for (const Default& d : defaults) {
        const auto found = std::ranges::find_if(
            all, [&](const AgentParameter& p) { return std::string_view(p.name) == d.name; });
        assert(found != all.end());
        if (d.text != nullptr) {
            found->text = d.text;
        } else {
            found->value = d.value;
        }
    }
    return all;
}

NetworkSpec network_spec(const TrainConfig& config, const Agent& agent) {
    NetworkSpec spec;
    spec.hidden = parse_layers(text_parameter(config, agent, "hidden"));
    spec.activations = parse_activations(text_parameter(config, agent, "activation"));
    spec.bias = parameter(config, agent, "bias") != 0;
    spec.initialisation =
        static_cast<Initialisation>(static_cast<int>(parameter(config, agent, "initialisation")));
    return spec;
}

OptimiserSettings optimiser_settings(const TrainConfig& config, const Agent& agent) {
    return {
        .kind = static_cast<OptimiserKind>(static_cast<int>(parameter(config, agent, "optimiser"))),
        .rate = parameter(config, agent, "rate"),
        .beta1 = parameter(config, agent, "beta1"),
        .beta2 = parameter(config, agent, "beta2"),
        .epsilon = parameter(config, agent, "epsilon_hat"),
        .decay = parameter(config, agent, "decay"),
        .clip = parameter(config, agent, "clip")};
}

}  // namespace lockstep
