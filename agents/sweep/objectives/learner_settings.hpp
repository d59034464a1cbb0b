// A study's settings of its learners: those that it fixes, and whether its agent and environment
// accept those that it searches.
//
// Must not:  train.
// Invariant: set() takes every value that the space can give, or a fault was reported.
#pragma once

#include <string_view>

#include <lockstep/agent.hpp>
#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// Throws ConfigError, one line per fault. `files` are all that the study uses.
TrainConfig learner_settings(const Study& study, const Agent& agent, const StudyFiles& files);

}  // namespace lockstep::sweep
