// Training and its report: what `train` prints, what it saves, and what the main job tells.
//
// Must not:  know an agent by name.
// Invariant: scores called `evaluation` are of test episodes, which training never saw; learner i
//            plays those of seed + i, so that it scores the same alone as in a crowd.
#pragma once

#include <lockstep/agents/evaluation.hpp>
#include <lockstep/tools/json.hpp>

namespace lockstep {

// The mean return of each learner's policy; of one learner, the returns of its episodes.
Evaluation evaluate_policies(const TrainConfig& config, const std::vector<PolicySpec>& policies,
                             std::int64_t episodes);

Json evaluation_json(const Evaluation& evaluation);

// Every setting, defaults included.
Json config_json(const TrainConfig& config, const Agent& agent);

Json training_report(const TrainConfig& config, const Agent& agent, const TrainResult& result,
                     const Evaluation& evaluation);

}  // namespace lockstep
