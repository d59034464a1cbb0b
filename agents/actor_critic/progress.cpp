
#include "agents/actor_critic/progress.hpp"

#include <algorithm>
#include <limits>

#include <lockstep/error.hpp>

#include "agents/agent/learning_curve.hpp"

namespace lockstep {

void log_update(ReturnLog& log, EndedEpisodes ended, std::int64_t update) {
    if (ended.episodes == 0) return;
    ended.update = static_cast<std::uint32_t>(update);
    log.push_back(ended);
}

std::string samples_text(const ActorCriticSettings& s) {
    return std::to_string(s.num_steps) + " steps in " + std::to_string(s.num_envs) +
           " environments are " + std::to_string(s.samples()) + " samples";
}

void check_steps(const ActorCriticSettings& s) {
    if (s.steps >= s.samples()) return;
    throw ConfigError("steps = " + std::to_string(s.steps) + ": " + samples_text(s) +
                      ", and there must be as many steps as that");
}

// As in Stable-Baselines3: the advantage of a single sample minus its own mean is 0, which teaches
// nothing.
void check_normalize(const ActorCriticSettings& s, std::int64_t minibatch) {
    if (!s.normalize_advantage || minibatch > 1) return;
    throw ConfigError(
        "num_steps, num_envs, num_minibatches: " + samples_text(s) + ", of which " +
        std::to_string(s.num_minibatches) +
        " minibatches have one each, and normalize_advantage=true compares those of a "
        "minibatch: allowed are minibatches of two samples or more, or "
        "normalize_advantage=false");
}

void check_anneal(const ActorCriticSettings& s, std::int64_t before, std::int64_t updates) {
    if (!s.anneal_lr || before == updates) return;
    throw ConfigError(
        "anneal_lr=true spreads the learning rate over all steps, so that training cannot go on "
        "with "
        "more of them: what is to go on with more is trained with anneal_lr=false");
}

std::vector<std::int64_t> checkpoint_steps(const ActorCriticSettings& settings,
                                           std::int64_t count) {
    const std::int64_t updates = settings.updates();
    std::vector<std::int64_t> ends = checkpoint_ends(updates, std::min(updates, count));
    for (std::int64_t& end : ends) end *= settings.samples();
    return ends;
}

std::span<const std::int64_t> reached(std::span<const std::int64_t> checkpoints,
                                      std::int64_t steps) {
    return {checkpoints.begin(), std::ranges::upper_bound(checkpoints, steps)};
}

std::vector<double> learning_curve(std::span<const EndedEpisodes> log,
                                   std::span<const std::int64_t> checkpoints,
                                   const ActorCriticSettings& settings) {
    std::vector<double> curve;
    auto next = log.begin();
    for (const std::int64_t end : checkpoints) {
        EndedEpisodes window;
        for (; next != log.end() && next->update * settings.samples() <= end; ++next)
            window.add(*next);
        curve.push_back(window.episodes > 0 ? window.returns / window.episodes
                                            : std::numeric_limits<double>::quiet_NaN());
    }
    return curve;
}

LearnerRecord learner_record(std::span<const EndedEpisodes> log, std::int64_t steps,
                             const ActorCriticSettings& settings) {
    return {steps, learning_curve(log, {&steps, 1}, settings)[0]};
}

}  // namespace lockstep
