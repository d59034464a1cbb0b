#include <lockstep/bench/batched_work.hpp>

#include <algorithm>
#include <memory>

#include <lockstep/agents/batched/batch_block.hpp>
#include <lockstep/agents/batched/batched_actor_critic.hpp>
#include <lockstep/engine/parallel.hpp>

namespace lockstep {
namespace {

// World steps in one run.
constexpr std::int64_t batched_steps = 1 << 20;

ActorCriticSettings settings_of(std::int64_t worlds) {
    ActorCriticSettings s;
    s.network.hidden = {64, 64};
    s.worlds = worlds;
    s.rollout = 8;
    s.steps = std::max(batched_steps, s.worlds * s.rollout);
    return s;
}

// The memory of one task.
template <class Real>
struct Operands {
    explicit Operands(const BatchPlan<Real>& plan)
        : sample(memory.rows<Real>(plan.rows() * plan.columns / lane_count)),
          deltas(memory.rows<Real>(plan.rows() * plan.columns / lane_count)),
          parameters(memory.rows<Real>(plan.parameter_rows())),
          gradient(memory.rows<Real>(plan.parameter_rows())) {}

    LaneMemory memory;
    Real *sample, *deltas, *parameters, *gradient;
};

template <class Real>
std::function<std::int64_t()> products(const TrainConfig& config, const ActorCriticSettings& s) {
    struct Held {
        Held(const TrainConfig& c, const ActorCriticSettings& settings)
            : plan(c, settings), workers(c.threads) {
            for (int i = 0; i < workers.count(); ++i) operands.emplace_back(plan);
        }
        BatchPlan<Real> plan;
        Workers workers;
        std::vector<Operands<Real>> operands;
    };
    auto held = std::make_shared<Held>(config, s);
    return [held] {
        const BatchPlan<Real>& plan = held->plan;
        const std::int64_t tasks = held->workers.count();
        const std::int64_t rounds = batched_steps / plan.columns / tasks;
        held->workers.for_each_share(tasks, [&](std::int64_t i) {
            Operands<Real>& mine = held->operands[static_cast<std::size_t>(i)];
            for (std::int64_t r = 0; r < rounds; ++r) {
                plan.kernels.products(plan.policy, mine.parameters, mine.sample, mine.deltas,
                                      plan.columns, mine.gradient);
            }
        });
        return tasks * rounds * plan.columns;
    };
}

}  // namespace

Work batched_work(const TrainConfig& config, std::int64_t worlds, std::string name) {
    struct Held {
        TrainConfig config;
        ActorCriticSettings settings;
        TrainResult result;
    };
    auto held = std::make_shared<Held>(Held{config, settings_of(worlds), {}});
    const bool single = config.precision == Precision::f32;
    return {
        std::move(name),
        [held] {
            held->result = train_batched(held->config, {&held->settings, 1}, {});
            return held->result.env_steps;
        },
        [held] { return held->result.hash; },
        single ? products<float>(config, held->settings) : products<double>(config, held->settings),
        true};
}

}  // namespace lockstep
