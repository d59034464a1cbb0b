// The slides' actor-critic, update by update, computed by the code that trains populations.

#include <string>

#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"
#include "tools/reproduce/systems/slides_actor_critic.hpp"

namespace lockstep {
namespace {

// PyTorch and Lockstep sum 64 products in different orders, and Adam divides by a root.
constexpr double tolerance = 1e-5;

ExperimentResult actor_critic(const Common&, const Json& published, const ProgressCallback&) {
    const SlidesActorCritic learnt = slides_actor_critic<float>(default_isa());
    Comparison comparison(published);
    for (std::size_t i = 0; i < learnt.updates.size(); ++i) {
        const SlidesUpdate& u = learnt.updates[i];
        const std::string prefix = "update_" + std::to_string(i + 1) + "_";
        comparison.add_exact(prefix + "delta", u.delta, tolerance);
        comparison.add_exact(prefix + "logit_0", u.logits_after[0], tolerance);
        comparison.add_exact(prefix + "logit_1", u.logits_after[1], tolerance);
        comparison.add_exact(prefix + "value", u.value_after, tolerance);
    }
    double squares = 0;
    for (const double weight : learnt.parameters) squares += weight * weight;
    comparison.add_exact("weight_0", learnt.parameters[0], tolerance);
    comparison.add_exact("weights_mean_square",
                         squares / static_cast<double>(learnt.parameters.size()), tolerance);
    return comparison.finish();
}

}  // namespace

std::span<const Experiment> slides_actor_critic_experiments() {
    static constexpr Experiment rows[] = {
        {"slides-actor-critic",
         "the slides' actor-critic: five updates of a trunk of 64-64 with two heads, by Adam",
         R"({"reference": {
             "what": "the slides' program in PyTorch 1.13, seed 0; states: NumPy, seed 1",
             "update_1_delta": 0.9851735830307007, "update_1_logit_0": 0.17349830269813538,
             "update_1_logit_1": -0.02233915776014328,
             "update_1_value": -0.0716940313577652, "update_2_delta": 1.0333735942840576,
             "update_2_logit_0": 0.15986372530460358,
             "update_2_logit_1": -0.0040382519364356995,
             "update_2_value": -0.10673044621944427, "update_3_delta": 1.002351999282837,
             "update_3_logit_0": 0.18871349096298218,
             "update_3_logit_1": -0.028976909816265106,
             "update_3_value": -0.07933185249567032, "update_4_delta": 1.0801185369491577,
             "update_4_logit_0": 0.20527753233909607,
             "update_4_logit_1": -0.045991621911525726,
             "update_4_value": -0.06882784515619278, "update_5_delta": 1.0079262256622314,
             "update_5_logit_0": 0.18284745514392853,
             "update_5_logit_1": -0.001580856740474701,
             "update_5_value": -0.055819738656282425, "weight_0": -0.00374341,
             "weights_mean_square": 0.010185456382193736}})",
         actor_critic},
    };
    return rows;
}

}  // namespace lockstep
