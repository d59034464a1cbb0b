// lockstep trace ENV: one environment step by step, as CSV.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include <lockstep/agent.hpp>

#include "engine/environments/config.hpp"
#include "engine/text/json.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/text/actions_file.hpp"
#include "tools/text/output.hpp"
#include "tools/text/policy_text.hpp"

namespace lockstep {
namespace {

constexpr std::uint64_t max_steps = 1'000'000'000;

struct TraceTexts {
    EnvironmentTexts env;
    std::optional<std::string> steps, policy, actions;
    std::string seeding = "lockstep", autoreset = "disabled";
    bool observations = false;
};

constexpr std::string_view plain_policies[] = {"random", "basic",
                                               "heuristic"};  // that need no numbers
constexpr std::string_view seedings[] = {"lockstep", "gymnasium"};
constexpr std::string_view autoresets[] = {"next-step", "same-step", "disabled"};

Options options(TraceTexts& texts) {
    return joined(
        texts.env.options(),
        {{"--steps", texts.steps, "steps (to the end of the episode)"},
         {"--policy", texts.policy, "random, basic, heuristic or linear:w0,w1,... (random)",
          plain_policies},
         {"--actions", texts.actions, "file of actions, one a line (numbers with spaces between)",
          Values::file},
         {"--observations", texts.observations, "also show what a learner sees"},
         {"--seeding", texts.seeding, "whose random numbers: lockstep or gymnasium", seedings},
         {"--autoreset", texts.autoreset, "disabled, next-step or same-step", autoresets}});
}

struct TracePlan {
    VectorEnvConfig world;
    Precision precision = Precision::f32;
    PolicySpec policy{"random"};
    std::vector<double> actions;  // [step][column]; empty: use the policy
    std::int64_t steps = 0;
    bool stop_at_end = false, observations = false;
};

using Cells = std::vector<std::string>;

// The same digits as in CSV; null for empty cells, and for numbers that JSON does not have.
Json cell_json(const std::string& cell) {
    try {
        return parse_json(cell);
    } catch (const JsonError&) {
        return nullptr;
    }
}

// Writes rows as they come, or collects them into one document.
class Rows {
public:
    Rows(bool json, const Cells& columns) : json_(json) {
        if (json_) {
            document_ = {{"columns", columns}, {"rows", Json::array()}};
        } else {
            add(columns);
        }
    }
    void add(const Cells& cells) {
        if (!json_) return fmt::print("{}\n", fmt::join(cells, ","));
        Json row = Json::array();
        for (const std::string& cell : cells) {
            row.push_back(cell_json(cell));
        }
        document_["rows"].push_back(std::move(row));
    }
    void finish() const {
        if (json_) print_json(document_);
    }

private:
    bool json_;
    Json document_;
};

template <class Real>
void append_state(Cells& cells, const VectorEnv<Real>& env) {
    for (int k = 0; k < env.about().state_count(); ++k) {
        const double value = env.state_value(k, 0);
        const ColumnType type = env.state_type(k);
        cells.push_back(type == ColumnType::real  ? fmt::format("{}", static_cast<Real>(value))
                        : type == ColumnType::f32 ? fmt::format("{}", static_cast<float>(value))
                                                  : fmt::format("{:.0f}", value));
    }
}

// Takes step t with the planned action, or with the policy's, and returns it. Action is a number,
// or Real if actions consist of numbers.
template <class Action, class Real>
Cells step(VectorEnv<Real>& env, const TracePlan& plan, std::int64_t t, std::size_t columns) {
    std::vector<Action> action(columns);
    if (plan.actions.empty()) {
        env.act(plan.policy, action);
    } else {
        const double* const given = &plan.actions[static_cast<std::size_t>(t - 1) * columns];
        std::transform(given, given + columns, action.begin(),
                       [](double number) { return static_cast<Action>(number); });
    }
    env.step(action);
    Cells cells;
    for (const Action number : action) cells.push_back(fmt::format("{}", number));
    return cells;
}

Cells action_names(const Description& about) {
    if (about.action_columns.size() < 2) return {"action"};
    Cells names;
    for (int k = 0; k < about.action_column_count(); ++k)
        names.push_back(fmt::format("action{}", k));
    return names;
}

// The columns of the observation; if those are bits, one of all of them, the first the highest bit.
template <class Real>
bool observes_bits(const VectorEnv<Real>& env) {
    return env.observation_type(0) == ColumnType::bit;
}
template <class Real>
Cells observation_names(const VectorEnv<Real>& env) {
    if (observes_bits(env)) return {"observation"};
    Cells names;
    for (int k = 0; k < env.about().observation_count(); ++k)
        names.push_back(fmt::format("obs{}", k));
    return names;
}
template <class Real>
void append_observation(Cells& cells, const VectorEnv<Real>& env) {
    const int count = env.about().observation_count();
    if (!observes_bits(env)) {
        for (int k = 0; k < count; ++k)
            cells.push_back(fmt::format("{}", static_cast<Real>(env.observation_value(k, 0))));
        return;
    }
    std::string digits;
    for (int k = 0; k < count; k += 4) {
        int digit = 0;
        for (int i = k; i < k + 4; ++i)
            digit = 2 * digit + (i < count && env.observation_value(i, 0) != 0 ? 1 : 0);
        digits += fmt::format("{:x}", digit);
    }
    cells.push_back(digits);
}

template <class Real>
void trace(const TracePlan& plan, bool json) {
    VectorEnv<Real> env(plan.world);
    const Description& about = env.about();
    const Cells actions = action_names(about);
    Cells columns{"t"};
    columns.insert(columns.end(), actions.begin(), actions.end());
    columns.insert(columns.end(), {"reward", "terminated", "truncated"});
    const Cells states = column_names(about.state_columns());
    columns.insert(columns.end(), states.begin(), states.end());
    const Cells seen = plan.observations ? observation_names(env) : Cells{};
    columns.insert(columns.end(), seen.begin(), seen.end());
    Rows rows(json, columns);
    const auto add = [&](Cells& cells) {
        append_state(cells, env);
        if (plan.observations) append_observation(cells, env);
        rows.add(cells);
    };
    Cells first{"0"};
    first.resize(actions.size() + 4);
    add(first);
    for (std::int64_t t = 1; t <= plan.steps; ++t) {
        Cells cells{fmt::format("{}", t)};
        const Cells action = about.action_columns.size() == 0
                                 ? step<std::int32_t>(env, plan, t, 1)
                                 : step<Real>(env, plan, t, actions.size());
        cells.insert(cells.end(), action.begin(), action.end());
        const int terminated = env.terminated()[0], truncated = env.truncated()[0];
        cells.push_back(fmt::format("{}", env.reward()[0]));
        cells.push_back(fmt::format("{}", terminated));
        cells.push_back(fmt::format("{}", truncated));
        add(cells);
        if (plan.stop_at_end && (terminated | truncated) != 0) break;
    }
    rows.finish();
}

// What can be checked without knowing the environment.
TracePlan begin_plan(const TraceTexts& texts, const Common& common, Faults& faults) {
    TracePlan plan;
    plan.precision = texts.env.check_precision(faults);
    plan.world.id = texts.env.id;
    plan.world.seed = common.seed_or_zero();
    plan.world.threads = common.threads;
    plan.world.autoreset =
        static_cast<Autoreset>(faults.choice("--autoreset", texts.autoreset, autoresets));
    plan.world.seeding = faults.choice("--seeding", texts.seeding, seedings) == 0
                             ? Seeding::lockstep
                             : Seeding::gymnasium;
    plan.observations = texts.observations;
    plan.stop_at_end =
        !texts.steps && !texts.actions && plan.world.autoreset == Autoreset::disabled;
    if (texts.steps) {
        plan.steps = static_cast<std::int64_t>(faults.whole("--steps", *texts.steps, 0, max_steps));
    }
    if (texts.policy && texts.actions) faults.add("--policy and --actions exclude each other");
    return plan;
}

void plan_policy(TracePlan& plan, const std::string& text, Faults& faults) {
    faults.collect([&] {
        plan.policy = parse_policy(text);
        check_policy(plan.policy, plan.world.id);
    });
}

void plan_actions(TracePlan& plan, const TraceTexts& texts, std::span<const int> options,
                  Faults& faults) {
    plan.actions = read_actions(*texts.actions, options, faults);
    const auto count = static_cast<std::int64_t>(plan.actions.size() / options.size());
    if (!texts.steps) plan.steps = count;
    if (plan.steps <= count) return;
    faults.add(fmt::format("{}: {} actions for --steps {}", *texts.actions, count, plan.steps));
}

// As read_actions expects them; empty if the actions are unknown, because making tables failed.
std::vector<int> action_options(const Description& about, int action_count) {
    std::vector<int> options;
    for (const ActionInfo& column : about.action_columns) options.push_back(column.option_count());
    if (options.empty() && action_count > 0) options.push_back(action_count);
    return options;
}

TracePlan make_plan(const TraceTexts& texts, const Common& common, Faults& faults) {
    TracePlan plan = begin_plan(texts, common, faults);
    const auto entry = faults.attempt([&] { return find_environment(texts.env.id); });
    if (!entry) return plan;
    const Description& about = entry->tables.about();
    EnvSettings& settings = plan.world.settings;
    for (const std::string& setting : texts.env.settings) {
        faults.collect([&] { set(settings, about, setting); });
    }
    const auto checked = faults.attempt([&] { return resolve(settings, *entry, 1); });
    if (!texts.steps) plan.steps = settings.max_episode_steps.value_or(entry->id.max_episode_steps);
    if (texts.policy) plan_policy(plan, *texts.policy, faults);
    const std::vector<int> options =
        action_options(about, checked ? checked->action_count : about.action_count());
    if (texts.actions && !options.empty()) plan_actions(plan, texts, options, faults);
    return plan;
}

void run(const TraceTexts& texts, const Common& common, Faults& faults) {
    const TracePlan plan = make_plan(texts, common, faults);
    faults.raise();
    if (plan.precision == Precision::f32) {
        trace<float>(plan, common.json);
    } else {
        trace<double>(plan, common.json);
    }
}

}  // namespace

Verb trace_verb() {
    return {"trace", "print one world step by step, as CSV", call<TraceTexts, options, run>};
}

}  // namespace lockstep
