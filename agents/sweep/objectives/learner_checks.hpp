// Checks a study's learners before any is trained: settings that do not fit each other, the agent
// or the environment.
//
// Must not:  train.
// Invariant: a function of the study, its agent and the contents of the files that it names; the
//            checked configurations are drawn from random numbers of its own.
#pragma once

#include <string>

#include <lockstep/agent.hpp>
#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// An error of the study is
// - a fault of every configuration that was checked: of its fixed settings, or of the budget of
//   a rung that all trials go through;
// - a fault of every checked configuration with a certain level of a certain parameter: a board
//   that does not exist, among others that do.
// A fault that needs the values of several parameters concerns only some configurations: their
// trials fail with the same words, and constraints can exclude them.
//
// `files`: the contents of the study's files; `config` has the study's fixed settings; `budget` is
// the agent's parameter for the study's budget, or null. Throws ConfigError, one line per fault,
// with its place.
void check_learners(const Study& study, const Agent& agent, const StudyFiles& files,
                    const TrainConfig& config, const Setting* budget);

}  // namespace lockstep::sweep
