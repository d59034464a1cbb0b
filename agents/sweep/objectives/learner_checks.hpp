// What can be known of a study's learners before one is trained: settings that do not fit each
// other, the agent or the environment.
//
// An error of the study is
//  - a fault of every configuration that was looked at: of its fixed settings, or of the budget of
//    a rung that all trials go through;
//  - a fault of every configuration looked at that has a certain level of a certain parameter: a
//    board that is not there, among others that are.
// A fault that takes several parameters' values is one of these configurations: their trials fail,
// with the same words, and constraints keep them out.
//
// Must not:  train.
// Invariant: a function of the study and its agent, and of what the files that it names hold; what
//            it looks at is drawn from numbers of its own.
#pragma once

#include <string>

#include <lockstep/agent.hpp>
#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// `files` are what its files said; `config` has the study's fixed settings; `budget` is the agent's
// parameter that the study's budget stands for, or null. Throws ConfigError, a line for each fault,
// with its place.
void check_learners(const Study& study, const Agent& agent, const StudyFiles& files,
                    const TrainConfig& config, const Setting* budget);

}  // namespace lockstep::sweep
