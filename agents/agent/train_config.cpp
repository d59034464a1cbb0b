// Which learners a training has. Kept apart from the list of agents, so that a program can link
// only the learners that it uses.

#include <lockstep/error.hpp>
#include <lockstep/train.hpp>

namespace lockstep {

std::int64_t learner_count(const TrainConfig& config) {
    return config.learner_overrides.empty() ? config.learners
                                            : std::ssize(config.learner_overrides);
}

std::uint64_t learner_seed(const TrainConfig& config, std::int64_t learner) {
    if (config.learner_overrides.empty()) return config.seed + static_cast<std::uint64_t>(learner);
    return config.learner_overrides[static_cast<std::size_t>(learner)].seed;
}

void check_max_steps(const TrainConfig& config, std::int64_t least) {
    if (config.max_steps == 0 || config.max_steps >= least) return;
    throw ConfigError("max_steps = " + std::to_string(config.max_steps) +
                      ": would stop every learner, each of which plays at least " +
                      std::to_string(least) + " steps");
}

}  // namespace lockstep
