// Which learners a training has: apart from the list of agents, so that a program may link the
// learners that it uses alone.

#include <lockstep/agents/agent.hpp>

namespace lockstep {

std::int64_t learner_count(const TrainConfig& config) {
    return config.each.empty() ? config.learners : std::ssize(config.each);
}

std::uint64_t learner_seed(const TrainConfig& config, std::int64_t learner) {
    if (config.each.empty()) return config.seed + static_cast<std::uint64_t>(learner);
    return config.each[static_cast<std::size_t>(learner)].seed;
}

}  // namespace lockstep
