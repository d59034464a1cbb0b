
#include <lockstep/agent.hpp>
#include <lockstep/evaluation.hpp>

#include "engine/machine/clock.hpp"

namespace lockstep {

TrainResult train_each(const TrainConfig& config, const LearnPolicy& learn,
                       const ProgressCallback& progress) {
    const auto start = std::chrono::steady_clock::now();
    TrainResult result;
    const std::int64_t learners = learner_count(config);
    for (std::int64_t i = 0; i < learners; ++i) {
        const auto at = static_cast<std::size_t>(i);
        LearnerState state = config.resume.empty() ? make_state({}) : config.resume[at];
        LearntPolicy learnt{.head = head_of(state)};
        result.env_steps_before += learnt.head.record.steps;
        if (!is_lost(learnt.head.stage)) {
            const auto report = [&](double done) {
                progress((static_cast<double>(i) + done) / static_cast<double>(learners));
            };
            learnt = learn(i, body_of(state), progress ? report : ProgressCallback());
            if (!has_learnt(learnt.head.stage)) learnt.body = {}, learnt.policy = {};
            state = make_state(learnt.head, learnt.body);
        }
        add_learner(result, learnt.head);
        result.policies.push_back(std::move(learnt.policy));
        if (config.keep_states) result.states.push_back(std::move(state));
    }
    result.lane_steps = result.env_steps - result.env_steps_before;
    result.seconds = seconds_since(start);
    if (result.stopped) return result;
    result.stopped = config.stop.stop_requested() && config.test_episodes > 0;
    if (!result.stopped) result.test_scores = test_scores(config, result.policies);
    return result;
}

}  // namespace lockstep
