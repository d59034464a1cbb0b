#include <lockstep/agents/dynamic_programming.hpp>

#include <chrono>
#include <cmath>
#include <string_view>

#include <lockstep/agents/solve.hpp>
#include <lockstep/agents/tabular/tabular_agents.hpp>
#include <lockstep/engine/error.hpp>
#include <lockstep/engine/hash.hpp>

namespace lockstep {
namespace {

constexpr std::int64_t most_sweeps = 1'000'000;
constexpr AgentParameter sweeps_parameter =
    budget({"sweeps", most_sweeps, 0, 1e9, true,
            "backups of all states at most: it ends where values stop changing; 0: a million"});
constexpr AgentParameter q_parameters[] = {
    {"gamma", 0.95, 0, 1, false, "discount of a step"},
    sweeps_parameter,
};
constexpr AgentParameter value_parameters[] = {
    {"gamma", 0.95, 0, 1, false, "discount of a step"},
    sweeps_parameter,
    {"tolerance", 1e-12, 0, 1e6, false, "largest change of a value in the last sweep"},
};

struct Solution {
    std::vector<double> q;
    std::int64_t sweeps = 0;
    bool converged = false;
};

// One backup of values that a sweep of values found.
Solution solve_values(const FiniteMdp& mdp, double gamma, double tolerance, std::int64_t sweeps) {
    const ValueSolution v = value_iteration(mdp, gamma, tolerance, sweeps);
    return {q_backup(mdp, gamma, v.values), v.sweeps, v.converged};
}

Solution solve_q(const FiniteMdp& mdp, double gamma, std::int64_t sweeps) {
    QSolution q = q_fixed_point(mdp, gamma, sweeps);
    return {std::move(q.q), q.sweeps, q.converged};
}

// The whole process, where tables hold it.
const FiniteMdp& process(const TrainConfig& config, const EnvironmentEntry& entry,
                         const WorldSettings& world) {
    const FiniteEnvironment* finite = entry.tables.finite;
    if (finite == nullptr || std::string_view(finite->kernel) != "finite") {
        throw ConfigError(config.env +
                          ": its rules are not compiled to tables, which value and "
                          "Q-value iteration need");
    }
    return world.model->mdp();
}

TrainResult train(const TrainConfig& config, const Agent& agent, const Progress&) {
    const auto start = std::chrono::steady_clock::now();
    const EnvironmentEntry entry = find_environment(config.env);
    const WorldSettings world = resolve(config.env_settings, entry, 1);
    const FiniteMdp& mdp = process(config, entry, world);
    const double gamma = parameter(config, agent, "gamma");
    const auto given = static_cast<std::int64_t>(parameter(config, agent, "sweeps"));
    const std::int64_t sweeps = given > 0 ? given : most_sweeps;
    Solution solution =
        agent.variant == 0 ? solve_values(mdp, gamma, parameter(config, agent, "tolerance"), sweeps)
                           : solve_q(mdp, gamma, sweeps);
    LearntTable table{mdp.states, mdp.actions, 0, {}, {}};
    for (std::size_t k = 0; k < solution.q.size(); ++k) {
        if (solution.q[k] == 0 || std::isinf(solution.q[k])) continue;  // the latter: impossible
        table.at.push_back(static_cast<std::uint32_t>(k));
        table.values.push_back(solution.q[k]);
    }
    TrainResult result;
    result.tables.assign(static_cast<std::size_t>(learner_count(config)), table);
    result.learners.resize(result.tables.size());
    result.figures["sweeps"] = static_cast<double>(solution.sweeps);
    result.figures["converged"] = solution.converged ? 1 : 0;
    Hash hash;
    hash.add(std::span<const double>(solution.q));
    result.hash = hash.value();
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (config.test_episodes > 0) result.test_scores = table_scores(config, agent, result.tables);
    return result;
}

void check(const TrainConfig& config, const Agent&) {
    const EnvironmentEntry entry = find_environment(config.env);
    process(config, entry, resolve(config.env_settings, entry, 1));
}

Agent agent_of(const char* id, const char* source, std::span<const AgentParameter> parameters,
               int variant) {
    return {.id = id,
            .source = source,
            .parameters = parameters,
            .train = train,
            .variant = variant,
            .check = check,
            .has_training_returns = false};
}

}  // namespace

Agent value_iteration_agent() {
    return agent_of("value-iteration", "Bellman 1957; Sutton and Barto 2018, section 4.4",
                    value_parameters, 0);
}
Agent q_iteration_agent() {
    return agent_of("q-iteration", "tutorial \"Markov decision processes\": Q-value iteration",
                    q_parameters, 1);
}

}  // namespace lockstep
