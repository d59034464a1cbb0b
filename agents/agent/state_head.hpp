// The beginning of every learner's state, whatever its agent writes after it.
//
// Must not:  know an agent.
// Invariant: a learner's state shows how far it has come without the help of its agent.
#pragma once

#include <span>

#include <lockstep/agents/agent/agent.hpp>

namespace lockstep {

struct StateHead {
    LearnerStage stage = LearnerStage::not_begun;
    LearnerRecord record = {};  // since the learner began
};

// A state with nothing after its head belongs to a learner that failed or has not begun.
LearnerState make_state(const StateHead& head, std::span<const std::byte> body = {});

// Throw ConfigError on bytes that are not a learner's state.
StateHead head_of(std::span<const std::byte> state);
std::span<const std::byte> body_of(std::span<const std::byte> state);

// Whether the learner has something to show or to continue from.
inline bool has_learnt(LearnerStage stage) {
    return stage == LearnerStage::under_way || stage == LearnerStage::finished;
}
// Whether nothing is left of the learner: it never continues.
inline bool is_lost(LearnerStage stage) {
    return stage == LearnerStage::failed || stage == LearnerStage::step_limit;
}

}  // namespace lockstep
