// The settings that all learners with networks share, as agents offer them.
//
// Must not:  know how a learner uses them.
// Invariant: one name means the same in every agent.
#pragma once

#include <lockstep/agent.hpp>
#include <lockstep/detail/network/optimizer_task.hpp>

#include "agents/network/network_spec.hpp"

namespace lockstep {

// Which policy plays test episodes: the most probable action (or the mean), or a drawn action.
enum class NetworkTestPolicy { greedy, sampled };
inline constexpr const char* network_test_policies[] = {"greedy", "sampled"};

void declare(SettingList& list, NetworkSpec& network);
// Those of learners that draw their actions.
void declare_policy(SettingList& list, double& ent_coef, double& log_std_init);

struct OptimizerSettings {
    OptimizerKind kind = OptimizerKind::adam;
    double learning_rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double weight_decay = 0;   // nadam: of the momentum schedule
    double max_grad_norm = 0;  // 0: no bound

    void declare(SettingList& list);
};

// Sets a lane to these settings, before the first step.
template <class Real>
void begin_optimizer(OptimizerLanes<Real>& lanes, int lane, const OptimizerSettings& settings) {
    lanes.learning_rate[lane] = static_cast<Real>(settings.learning_rate);
    lanes.beta1[lane] = static_cast<Real>(settings.beta1);
    lanes.beta2[lane] = static_cast<Real>(settings.beta2);
    lanes.epsilon[lane] = static_cast<Real>(settings.epsilon);
    lanes.decay[lane] = static_cast<Real>(settings.weight_decay);
    lanes.max_grad_norm[lane] = static_cast<Real>(settings.max_grad_norm);
    lanes.power1[lane] = lanes.power2[lane] = lanes.fade[lane] = 1;
}

}  // namespace lockstep
