
#include <algorithm>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

namespace lockstep {

// Each function AGENT_agent() is defined in a file of its own.
#define LOCKSTEP_AGENTS(AGENT) \
    AGENT(random_search)       \
    AGENT(cem)                 \
    AGENT(q_learning)          \
    AGENT(sarsa)               \
    AGENT(expected_sarsa)      \
    AGENT(double_q)            \
    AGENT(bandit)              \
    AGENT(tabular_reinforce)   \
    AGENT(value_iteration)     \
    AGENT(q_iteration)         \
    AGENT(actor_critic)        \
    AGENT(a2c)                 \
    AGENT(ppo)                 \
    AGENT(reinforce)           \
    AGENT(deep_q)

#define LOCKSTEP_DECLARE(NAME) Agent NAME##_agent();
LOCKSTEP_AGENTS(LOCKSTEP_DECLARE)
#undef LOCKSTEP_DECLARE

namespace {

std::deque<Agent>& known_agents() {
#define LOCKSTEP_CALL(NAME) NAME##_agent(),
    static std::deque<Agent> all{LOCKSTEP_AGENTS(LOCKSTEP_CALL)};
#undef LOCKSTEP_CALL
    return all;
}

}  // namespace

const std::deque<Agent>& agents() { return known_agents(); }

void register_agent(Agent agent) {
    if (std::ranges::any_of(known_agents(), [&](const Agent& a) { return a.id == agent.id; }))
        throw ConfigError("agent '" + agent.id + "': it is registered already");
    known_agents().push_back(std::move(agent));
}

const Agent& find_agent(std::string_view id) {
    std::vector<std::string_view> known;
    for (const Agent& agent : agents()) {
        if (id == agent.id) return agent;
        known.emplace_back(agent.id);
    }
    throw ConfigError(unknown_name("agent", id, known));
}

TrainResult train(std::string_view id, const TrainConfig& config,
                  const ProgressCallback& progress) {
    return train(find_agent(id), config, progress);
}

}  // namespace lockstep
