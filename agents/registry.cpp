#include <lockstep/agents/registry.hpp>

#include <vector>

#include <lockstep/agents/actor_critic/agent.hpp>
#include <lockstep/agents/deep_q/population.hpp>
#include <lockstep/agents/dynamic_programming/dynamic_programming.hpp>
#include <lockstep/agents/random_search/random_search.hpp>
#include <lockstep/agents/reinforce/agent.hpp>
#include <lockstep/agents/tabular/agent.hpp>
#include <lockstep/agents/tabular/reinforce.hpp>
#include <lockstep/engine/text/error.hpp>

namespace lockstep {

std::span<const Agent> agents() {
    static const Agent all[] = {
        random_search_agent(),
        q_learning_agent(),
        sarsa_agent(),
        expected_sarsa_agent(),
        double_q_agent(),
        bandit_agent(),
        tabular_reinforce_agent(),
        value_iteration_agent(),
        q_iteration_agent(),
        actor_critic_agent(),
        a2c_agent(),
        ppo_agent(),
        reinforce_agent(),
        deep_q_agent(),
    };
    return all;
}

const Agent& find_agent(std::string_view id) {
    std::vector<std::string_view> known;
    for (const Agent& agent : agents()) {
        if (id == agent.id) return agent;
        known.emplace_back(agent.id);
    }
    throw ConfigError(unknown_name("agent", id, known));
}

}  // namespace lockstep
