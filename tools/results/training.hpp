// Training and its report: what `train` prints, what it saves, and what the main job tells.
//
// Must not:  know an agent by name.
// Invariant: scores called `evaluation` are of test episodes, which training never saw.
#pragma once

#include <span>
#include <string>

#include <lockstep/detail/network/network_shape.hpp>

#include "agents/agent/evaluation.hpp"
#include "engine/text/json.hpp"

namespace lockstep {

Json evaluation_json(const Evaluation& evaluation);

// Every setting, defaults included, and what the files said that settings name.
Json config_json(const TrainConfig& config, const Agent& agent);

Json training_report(const TrainConfig& config, const Agent& agent, const TrainResult& result,
                     const Evaluation& evaluation);

// The sizes of its layers, from its inputs on, and what each but the first does.
Json network_shape_json(const NetworkShape& shape);

// How many learners have finished, are under way, have not begun, and failed; and the same in
// words: "8 learners (5 finished, 2 under way, 1 not begun)".
Json stages_json(std::span<const LearnerState> states);
std::string stages_text(const Json& stages);

// Adds what is worth a file but too long to print: tables of values, and the board they belong to;
// networks; and where each learner is, and whether training has finished.
void add_saved(Json& report, const TrainConfig& config, const Agent& agent,
               const TrainResult& result);

}  // namespace lockstep
