// What a study says of its learners: the settings that it fixes, and whether its agent and
// environment take what it searches.
//
// Must not:  train.
// Invariant: every value that the space can give is one that set() takes, or its fault was told.
#pragma once

#include <string_view>

#include <lockstep/agent.hpp>
#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// Throws ConfigError, a line for each fault. `files` are all that the study uses.
TrainConfig learner_settings(const Study& study, const Agent& agent, const StudyFiles& files);

}  // namespace lockstep::sweep
