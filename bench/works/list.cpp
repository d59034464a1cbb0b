
#include "bench/works/list.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <lockstep/detail/block/ceiling.hpp>

#include "agents/random_search/random_search.hpp"
#include "agents/tabular/population.hpp"
#include "bench/works/batched.hpp"
#include "bench/works/reinforce.hpp"
#include "engine/environments/shared_worlds.hpp"
#include "engine/machine/parallel.hpp"
#include "engine/memory/hash.hpp"
#include "engine/vector_env/action_buffer.hpp"

namespace lockstep {
namespace {

// Environment steps in one run of a work: a few milliseconds, so that a scalar reference is short.
constexpr std::int64_t steps_a_run = 1 << 22;

// Worlds that bring a policy along have physics behind them, and take hundreds of times as long.
template <class Real>
bool has_heuristic(const WorkConfig& config) {
    const auto& policies = find_environment(config.env).tables.kernels<Real>(config.isa).policies;
    return std::ranges::any_of(policies, [](const PolicyKernels<Real>& policy) {
        return policy.name != nullptr && std::string_view(policy.name) == "heuristic";
    });
}
template <class Real>
std::int64_t calls_a_run(const WorkConfig& config) {
    const std::int64_t steps = has_heuristic<Real>(config) ? steps_a_run / 64 : steps_a_run;
    return std::max<std::int64_t>(16, steps / config.num_envs);
}

std::string row_name(const WorkConfig& config, const char* work) {
    return std::string(find_environment(config.env).tables.about().name) + "/" + work;
}

VectorEnvConfig vector_env(const WorkConfig& config, Autoreset autoreset) {
    return {.id = config.env,
            .num_envs = config.num_envs,
            .seed = config.seed,
            .autoreset = autoreset,
            .settings = {},
            .threads = config.threads,
            .isa = config.isa};
}

// A few vectors of random actions, used in turn. They are made in advance, so that making them is
// not timed.
template <class Real>
class GivenActions {
public:
    explicit GivenActions(const VectorEnv<Real>& env) : turns_(7, ActionBuffer<Real>(env)) {
        for (ActionBuffer<Real>& turn : turns_) {
            for (std::int32_t& action : turn.numbers()) action = below(env.action_count());
            auto value = turn.columns().begin();
            for (const ActionInfo& column : env.about().action_columns) {
                for (std::int64_t i = 0; i < env.size(); ++i)
                    *value++ = static_cast<Real>(any_of(column));
            }
        }
    }
    void step(VectorEnv<Real>& env, std::int64_t t) const {
        turns_[static_cast<std::size_t>(t) % turns_.size()].step(env);
    }

private:
    std::uint64_t random() {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return state_ >> 33U;
    }
    std::int32_t below(int count) {
        return static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(count));
    }
    double any_of(const ActionInfo& column) {
        if (column.option_count() > 0) return below(column.option_count());
        return column.low + (column.high - column.low) * static_cast<double>(random()) * 0x1p-31;
    }

    std::uint64_t state_ = 1;
    std::vector<ActionBuffer<Real>> turns_;
};

// One step per call, with given actions and every output written.
template <class Real>
Work step_work(const WorkConfig& config, const char* name, Autoreset autoreset) {
    struct Held {
        VectorEnv<Real> env;
        GivenActions<Real> actions;
    };
    VectorEnv<Real> env(vector_env(config, autoreset));
    GivenActions<Real> actions(env);
    auto held = std::make_shared<Held>(Held{std::move(env), std::move(actions)});
    const std::int64_t steps = calls_a_run<Real>(config);
    return {row_name(config, name),
            [held, steps, config] {
                held->env.reset(config.seed);
                for (std::int64_t t = 0; t < steps; ++t) held->actions.step(held->env, t);
                return steps * config.num_envs;
            },
            [held] { return held->env.hash(); }};
}

template <class Real>
Work rollout_work(const WorkConfig& config) {
    auto env = std::make_shared<VectorEnv<Real>>(vector_env(config, Autoreset::same_step));
    const std::int64_t steps = calls_a_run<Real>(config);
    return {row_name(config, "rollout"),
            [env, steps, config, policy = PolicySpec{"random"}] {
                env->reset(config.seed);
                env->rollout(policy, steps);
                return steps * config.num_envs;
            },
            [env] { return env->hash(); }};
}

// The environment's own policy, from a moment when episodes are of all ages: those before it are
// played with the best instruction set, since the bits are the same.
template <class Real>
Work heuristic_work(const WorkConfig& config) {
    constexpr std::int64_t steps_before = 400;
    const PolicySpec policy{"heuristic"};
    auto env = std::make_shared<VectorEnv<Real>>(vector_env(config, Autoreset::same_step));
    auto begin = std::make_shared<std::vector<std::byte>>();
    const std::int64_t steps = calls_a_run<Real>(config);
    return {row_name(config, "heuristic"),
            [env, begin, steps, config, policy] {
                if (begin->empty()) {
                    VectorEnvConfig fastest = vector_env(config, Autoreset::same_step);
                    fastest.isa = {};
                    VectorEnv<Real> before(fastest);
                    before.rollout(policy, steps_before);
                    *begin = before.snapshot();
                }
                env->restore(*begin);
                env->rollout(policy, steps);
                return steps * config.num_envs;
            },
            [env] { return env->hash(); }};
}

TrainConfig train_config(const WorkConfig& config) {
    return {.env = config.env,
            .seed = config.seed,
            .precision = config.precision,
            .threads = config.threads,
            .isa = config.isa};
}

// Spelled out, so that a changed default changes neither times nor hashes.
TabularSettings table_settings() {
    return {.ties = Ties::first, .learning_rate = 0.1, .gamma = 0.95, .epsilon = 0.1};
}

// The number of candidates does not depend on num_envs: a lane takes the next one when it is free.
Work random_search_work(const WorkConfig& config, int candidates) {
    struct Held {
        TrainConfig config;
        RandomSearchSettings settings;
        RandomSearchResult result;
    };
    auto held = std::make_shared<Held>();
    held->config = train_config(config);
    held->settings = {.candidates = candidates, .keep = 1, .validation_episodes = 1};
    return {row_name(config, "random-search"),
            [held] {
                held->result = random_search(held->config, held->settings, {});
                return held->result.env_steps;
            },
            [held] {
                Hash hash;
                hash.add(std::span<const double>(held->result.tuning));
                return hash.value();
            }};
}

// One learner per lane and one lane per world, up to what a few tasks hold, or fewer where making
// the tables would take longer than learning.
template <class Real>
Work learners_work(const WorkConfig& config) {
    struct Held {
        Population<Real> population;
        std::vector<std::uint64_t> hashes;
    };
    auto held = std::make_shared<Held>(Held{Population<Real>(train_config(config)), {}});
    const std::int64_t values = held->population.states() * held->population.actions();
    const std::int64_t affordable = std::max<std::int64_t>(lane_count, (1 << 20) / values);
    const std::int64_t learners = std::min<std::int64_t>({config.num_envs, affordable, 256});
    held->hashes.resize(static_cast<std::size_t>(learners));
    TabularSettings settings = table_settings();
    settings.steps = steps_a_run / learners;
    settings.episodes = settings.steps;
    return {row_name(config, "q-learning"),
            [held, learners, settings] {
                const LaneSteps steps = held->population.learn(
                    {&settings, 1}, learners,
                    [&](const TrainedTable<Real>& learner) {
                        Hash hash;
                        hash.add(learner.table);
                        held->hashes[static_cast<std::size_t>(learner.learner)] = hash.value();
                    },
                    {});
                return steps.useful;
            },
            [held] {
                Hash hash;
                hash.add(std::span<const std::uint64_t>(held->hashes));
                return hash.value();
            }};
}

// One learner whose table is updated from all worlds.
template <class Real>
Work shared_table_work(const WorkConfig& config) {
    struct Held {
        Population<Real> population;
        std::vector<Real> table;
    };
    auto held = std::make_shared<Held>(Held{Population<Real>(train_config(config)), {}});
    TabularSettings settings = table_settings();
    settings.num_envs = config.num_envs;
    settings.steps = settings.episodes = std::max(16 * config.num_envs, steps_a_run);
    return {row_name(config, "q-learning-shared"),
            [held, config, settings] {
                auto learner = held->population.learn_shared_table(settings, config.seed);
                held->table = std::move(learner.table);
                return learner.steps.useful;
            },
            [held] {
                Hash hash;
                hash.add(std::span<const Real>(held->table));
                return hash.value();
            }};
}

template <class Real>
std::vector<Work> works_in(const WorkConfig& config) {
    const EnvironmentEntry entry = find_environment(config.env);
    std::vector<Work> all = {step_work<Real>(config, "step", Autoreset::same_step),
                             step_work<Real>(config, "step-next-step", Autoreset::next_step),
                             step_work<Real>(config, "step-disabled", Autoreset::disabled),
                             rollout_work<Real>(config)};
    if (has_heuristic<Real>(config)) {
        all.push_back(heuristic_work<Real>(config));
        return all;
    }
    const bool searches = entry.tables.kernels<Real>(config.isa).search_linear != nullptr;
    const bool binary = searches && entry.tables.about().action_count() == 2;
    if (searches) all.push_back(random_search_work(config, binary ? 1 << 19 : 1 << 14));
    if (binary) {
        all.push_back(reinforce_work(config, train_config(config), row_name(config, "reinforce")));
        all.push_back(batched_work(train_config(config), config.num_envs,
                                   row_name(config, "actor-critic-batched")));
    }
    if (entry.tables.kernels<Real>(config.isa).learn_tabular != nullptr) {
        all.push_back(learners_work<Real>(config));
        all.push_back(shared_table_work<Real>(config));
    }
    return all;
}

// One copy of `values` per thread; all threads do the same.
template <class Real>
Work register_work(const WorkConfig& config, std::string name, std::int64_t steps,
                   std::vector<Real> values, std::function<void(Real*)> kernel) {
    struct Held {
        Workers workers;
        std::vector<std::vector<Real>> values;
    };
    auto held = std::make_shared<Held>(Held{Workers(config.threads), {}});
    const int threads = held->workers.count();
    held->values.assign(static_cast<std::size_t>(threads), values);
    return {std::move(name),
            [=] {
                held->workers.for_each(threads, [&](std::int64_t i) {
                    auto& mine = held->values[static_cast<std::size_t>(i)];
                    mine = values;
                    kernel(mine.data());
                });
                return steps * threads;
            },
            [held] {
                Hash hash;
                hash.add(std::span<const Real>(held->values[0]));
                return hash.value();
            }};
}

template <class Real>
Work ceiling_in(const WorkConfig& config) {
    const EnvironmentEntry entry = find_environment(config.env);
    const auto kernel = entry.tables.kernels<Real>(config.isa).ceiling;
    if (kernel == nullptr) return {};
    auto worlds = std::make_shared<SharedWorlds<Real>>(EnvSettings{}, entry);
    const std::int64_t lanes = std::int64_t{ceiling_vectors} * lane_count;
    const std::int64_t steps = steps_a_run / lanes / ceiling_episode * ceiling_episode;
    std::vector<Real> states(static_cast<std::size_t>(lanes * entry.tables.about().state_count()));
    for (std::size_t i = 0; i < states.size(); ++i) {
        states[i] = static_cast<Real>(static_cast<double>(i % 101) / 1010 - 0.05);
    }
    return register_work<Real>(config, row_name(config, "ceiling"), steps * lanes, states,
                               [=](Real* s) { kernel(worlds->view(), s, steps); });
}

template <class Real>
Work fma_peak_in(const WorkConfig& config) {
    const auto kernel = find_kernels<Real>(config.env, config.isa).fma_peak;
    constexpr std::int64_t lanes = std::int64_t{8} * lane_count, rounds = 4 * steps_a_run / lanes;
    return register_work<Real>(config, "fma-peak", rounds * lanes,
                               std::vector<Real>(lanes, Real(0.5)),
                               [=](Real* values) { kernel(values, rounds); });
}

}  // namespace

std::vector<Work> works(const WorkConfig& config) {
    return config.precision == Precision::f32 ? works_in<float>(config) : works_in<double>(config);
}

Work ceiling_work(const WorkConfig& config) {
    return config.precision == Precision::f32 ? ceiling_in<float>(config)
                                              : ceiling_in<double>(config);
}

Work fma_peak_work(const WorkConfig& config) {
    return config.precision == Precision::f32 ? fma_peak_in<float>(config)
                                              : fma_peak_in<double>(config);
}

}  // namespace lockstep
