
#include "agents/dynamic_programming/dynamic_programming.hpp"

#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "agents/agent/state_bytes.hpp"
#include "agents/dynamic_programming/solve.hpp"
#include "agents/tabular/acting_table.hpp"
#include "engine/environments/config.hpp"
#include "engine/machine/clock.hpp"
#include "engine/memory/hash.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t max_sweeps = 1'000'000;

// The settings of an iteration over values of states, or of states and actions.
template <bool of_actions>
struct IterationSettings {
    double gamma = 0.95;
    std::int64_t sweeps = max_sweeps;
    double tolerance = of_actions ? 0 : 1e-12;

    void declare(SettingList& list) {
        list.number("gamma", gamma, 0, 1, "discount of a step");
        list.integer("sweeps", sweeps, 0, 1e9,
                     "backups of all states at most: it ends where values stop changing; 0: a "
                     "million")
            .budget();
        if constexpr (!of_actions) {
            list.number("tolerance", tolerance, 0, 1e6,
                        "largest change of a value in the last sweep");
        }
    }
};

const ActingTable tests_greedily{{.exploration = Exploration::softmax, .ties = Ties::first}};

// How far the iteration has come: values of states, or of states and actions.
struct Solution {
    std::vector<double> values;
    std::int64_t sweeps = 0;
    bool converged = false;
};

struct Question {
    const FiniteMdp& mdp;
    bool of_actions;
    double gamma, tolerance;
    std::int64_t sweeps;
    std::stop_token stop;
};

Solution solve_values(const Question& ask, Solution from) {
    ValueSolution v =
        value_iteration(ask.mdp, ask.gamma, ask.tolerance, ask.sweeps,
                        {std::move(from.values), from.sweeps, from.converged}, ask.stop);
    return {std::move(v.values), v.sweeps, v.converged};
}

Solution solve_q(const Question& ask, Solution from) {
    QSolution q = q_fixed_point(ask.mdp, ask.gamma, ask.sweeps,
                                {std::move(from.values), from.sweeps, from.converged}, ask.stop);
    return {std::move(q.q), q.sweeps, q.converged};
}

// Changes with the layout of what is written.
constexpr std::uint64_t layout_number = 0x5357454550000001U;

// The layout as written, before the values, without padding.
struct Front {
    std::uint64_t layout, kind;
    std::int64_t sweeps, converged;
};
static_assert(sizeof(Front) == 32);

// Iterations that cannot continue from each other's states have different numbers.
std::uint64_t kind_of(const TrainConfig& config, const Question& ask) {
    Hash hash;
    hash.add(std::span<const char>(config.env));
    hash.mix(ask.of_actions ? 1 : 0);
    hash.add(std::span(&ask.gamma, 1));
    return hash.value();
}

LearnerState written(std::uint64_t kind, const Solution& solution) {
    const Front front{layout_number, kind, solution.sweeps, solution.converged ? 1 : 0};
    return joined({std::as_bytes(std::span(&front, 1)), std::as_bytes(std::span(solution.values))});
}

Solution read(std::span<const std::byte> state, std::uint64_t kind, std::size_t values,
              std::int64_t sweeps) {
    Front front{};
    if (state.size() >= sizeof front) std::memcpy(&front, state.data(), sizeof front);
    if (front.layout != layout_number || front.kind != kind ||
        state.size() != sizeof front + values * sizeof(double))
        throw ConfigError("not a state of this iteration in this environment");
    if (front.sweeps < 0 || front.sweeps > sweeps)
        throw ConfigError("a state of " + std::to_string(front.sweeps) +
                          " sweeps, where the settings allow " + std::to_string(sweeps));
    return {elements_of<double>(state.subspan(sizeof front)), front.sweeps, front.converged != 0};
}

// All learners are the first; the others' states are read to be checked.
Solution before(const TrainConfig& config, const Question& ask) {
    const auto states = static_cast<std::size_t>(ask.mdp.states);
    const auto actions = static_cast<std::size_t>(ask.mdp.actions);
    Solution first;
    for (std::size_t i = config.resume.size(); i-- > 0;) {
        first = {};
        if (!has_learnt(learner_stage(config.resume[i]))) continue;
        first = read(body_of(config.resume[i]), kind_of(config, ask),
                     ask.of_actions ? states * actions : states, ask.sweeps);
    }
    return first;
}

// The whole process, if tables hold it.
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

LearntTable learnt(const FiniteMdp& mdp, const std::vector<double>& q) {
    LearntTable table{mdp.states, mdp.actions, 0, {}, {}};
    for (std::size_t k = 0; k < q.size(); ++k) {
        if (q[k] == 0 || std::isinf(q[k])) continue;  // the latter: an illegal action
        table.index.push_back(static_cast<std::uint32_t>(k));
        table.values.push_back(q[k]);
    }
    return table;
}

template <bool of_actions>
TrainResult train(const TrainConfig& config,
                  std::span<const IterationSettings<of_actions>> settings,
                  const ProgressCallback&) {
    const auto start = std::chrono::steady_clock::now();
    const EnvironmentEntry entry = find_environment(config.env);
    const WorldSettings world = resolve(config.env_settings, entry, 1);
    const FiniteMdp& mdp = process(config, entry, world);
    const double gamma = settings[0].gamma;
    const std::int64_t sweeps = settings[0].sweeps > 0 ? settings[0].sweeps : max_sweeps;
    const Question ask{mdp, of_actions, gamma, settings[0].tolerance, sweeps, config.stop};
    const Solution solution =
        of_actions ? solve_q(ask, before(config, ask)) : solve_values(ask, before(config, ask));
    // The Q-values that follow by one backup from values of states.
    const std::vector<double> q =
        of_actions ? solution.values : q_backup(mdp, gamma, solution.values);
    const bool finished = solution.converged || solution.sweeps == sweeps;
    TrainResult result;
    result.stopped = !finished;
    const auto learners = static_cast<std::size_t>(learner_count(config));
    const StateHead head{finished ? LearnerStage::finished : LearnerStage::under_way, {}};
    if (config.keep_states)
        result.states.assign(learners, make_state(head, written(kind_of(config, ask), solution)));
    result.tables.assign(learners, learnt(mdp, q));
    result.learners.resize(learners);
    result.figures["sweeps"] = static_cast<double>(solution.sweeps);
    result.figures["converged"] = solution.converged ? 1 : 0;
    Hash hash;
    hash.add(std::span<const double>(q));
    result.hash = hash.value();
    result.seconds = seconds_since(start);
    if (result.stopped || config.test_episodes == 0) return result;
    result.stopped = config.stop.stop_requested();
    if (result.stopped) return result;
    TrainConfig tests = config;
    tests.stop = {};  // run all tests, since a stop no longer counts
    result.test_scores = table_scores(tests, std::span(&tests_greedily, 1), result.tables);
    return result;
}

template <bool of_actions>
void check(const TrainConfig& config, std::span<const IterationSettings<of_actions>>) {
    const EnvironmentEntry entry = find_environment(config.env);
    process(config, entry, resolve(config.env_settings, entry, 1));
}

template <bool of_actions>
Agent agent_of(const char* id, const char* source) {
    using S = IterationSettings<of_actions>;
    return make_agent<S>({.id = id,
                          .source = source,
                          .train = train<of_actions>,
                          .check = check<of_actions>,
                          .table = [](const S&, ActingTable& acting) { acting = tests_greedily; },
                          .has_training_returns = false});
}

}  // namespace

Agent value_iteration_agent() {
    return agent_of<false>("value-iteration", "Bellman 1957; Sutton and Barto 2018, section 4.4");
}
Agent q_iteration_agent() {
    return agent_of<true>("q-iteration",
                          "tutorial \"Markov decision processes\": Q-value iteration");
}

}  // namespace lockstep
