// Training and its report: what `train` prints, what it saves, and what the main job tells.
//
// Must not:  know an agent by name.
// Invariant: scores called `evaluation` are of test episodes, which training never saw.
#pragma once

#include <lockstep/agents/evaluation.hpp>
#include <lockstep/kernels/learn/network_shape.hpp>
#include <lockstep/tools/json.hpp>

namespace lockstep {

Json evaluation_json(const Evaluation& evaluation);

// Every setting, defaults included, and what the files said that settings name.
Json config_json(const TrainConfig& config, const Agent& agent);

Json training_report(const TrainConfig& config, const Agent& agent, const TrainResult& result,
                     const Evaluation& evaluation);

// The sizes of its layers, from its inputs on, and what each but the first does.
Json network_shape_json(const NetworkShape& shape);

// Adds what is worth a file but too long to print: tables of values, and the board they belong to;
// networks, and where their training ended.
void add_saved(Json& report, const TrainConfig& config, const Agent& agent,
               const TrainResult& result);

}  // namespace lockstep
