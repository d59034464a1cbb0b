
#include <algorithm>
#include <cstring>
#include <string>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

namespace lockstep {
namespace {

// The layout as written, without padding.
struct HeadBytes {
    std::uint64_t stage;
    std::int64_t steps;
    double training_return;
};
static_assert(sizeof(HeadBytes) == 24);

}  // namespace

LearnerState make_state(const StateHead& head, std::span<const std::byte> body) {
    const HeadBytes written{static_cast<std::uint64_t>(head.stage), head.record.steps,
                            head.record.training_return};
    LearnerState state(sizeof written + body.size());
    std::memcpy(state.data(), &written, sizeof written);
    std::ranges::copy(body, state.begin() + sizeof written);
    return state;
}

StateHead head_of(std::span<const std::byte> state) {
    HeadBytes read{};
    if (state.size() < sizeof read)
        throw ConfigError("a state of " + std::to_string(state.size()) + " bytes is no learner's");
    std::memcpy(&read, state.data(), sizeof read);
    if (read.stage > static_cast<std::uint64_t>(LearnerStage::step_limit) || read.steps < 0)
        throw ConfigError("a state that does not tell how far its learner has come");
    return {static_cast<LearnerStage>(read.stage), {read.steps, read.training_return}};
}

std::span<const std::byte> body_of(std::span<const std::byte> state) {
    head_of(state);
    return state.subspan(sizeof(HeadBytes));
}

void add_learner(TrainResult& result, const StateHead& head) {
    const LearnerStage stage = head.stage;
    if (is_lost(stage)) {
        result.failed.push_back(
            {std::ssize(result.learners), head.record.steps, stage == LearnerStage::step_limit});
    }
    result.stopped |= stage == LearnerStage::not_begun || stage == LearnerStage::under_way;
    result.env_steps += head.record.steps;
    result.learners.push_back(head.record);
}

LearnerStage learner_stage(std::span<const std::byte> state) { return head_of(state).stage; }

}  // namespace lockstep
