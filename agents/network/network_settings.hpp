// The settings that all learners with networks share, as agents offer them.
//
// Must not:  know how a learner uses them.
// Invariant: one name means the same in every agent.
#pragma once

#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include <lockstep/agents/agent/agent.hpp>
#include <lockstep/agents/network/network_spec.hpp>
#include <lockstep/kernels/network/optimizer_task.hpp>

namespace lockstep {

struct OptimiserSettings {
    OptimiserKind kind = OptimiserKind::adam;
    double rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double decay = 0;  // adamw: of weights; nadam: of the momentum schedule
    double clip = 0;   // largest norm of a gradient; 0: any
};

// Words that parameters of agents with networks take.
inline constexpr const char* no_yes[] = {"false", "true"};
inline constexpr const char* network_test_policies[] = {"greedy", "sampled"};

// hidden, activation, bias, initialisation; optimiser, rate, beta1, beta2, epsilon, decay, clip.
// With what an agent has beside them, and other defaults: "name" = number, or text.
struct Default {
    const char* name;
    double value;
    const char* text = nullptr;
};
std::vector<AgentParameter> network_parameters(std::span<const AgentParameter> special,
                                               std::initializer_list<Default> defaults);

NetworkSpec network_spec(const TrainConfig& config, const Agent& agent);
OptimiserSettings optimiser_settings(const TrainConfig& config, const Agent& agent);

// Gives a lane these settings, before the first step.
template <class Real>
void begin_optimiser(OptimiserLanes<Real>& lanes, int lane, const OptimiserSettings& settings) {
    lanes.rate[lane] = static_cast<Real>(settings.rate);
    lanes.beta1[lane] = static_cast<Real>(settings.beta1);
    lanes.beta2[lane] = static_cast<Real>(settings.beta2);
    lanes.epsilon[lane] = static_cast<Real>(settings.epsilon);
    lanes.decay[lane] = static_cast<Real>(settings.decay);
    lanes.clip[lane] = static_cast<Real>(settings.clip);
    lanes.power1[lane] = lanes.power2[lane] = lanes.fade[lane] = 1;
}

}  // namespace lockstep
