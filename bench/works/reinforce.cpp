
#include "bench/works/reinforce.hpp"

#include <memory>

#include <lockstep/agent.hpp>

namespace lockstep {
namespace {

// A step of 4-10-10-1: 150 products to act, 110 to propagate the error back, 171 for gradients, and
// about 44 for physics, sigmoid and return.
constexpr std::int64_t fused_a_step = 475;

std::function<std::int64_t()> bound(const WorkConfig& config) {
    return [peak = fma_peak_work(config)] { return peak.run() / fused_a_step; };
}

}  // namespace

Work reinforce_work(const WorkConfig& config, const TrainConfig& train, std::string name) {
    struct Held {
        TrainConfig config;
        TrainResult result;
    };
    auto held = std::make_shared<Held>(Held{train, {}});
    held->config.learners = 512;
    const bool vectors = config.isa != Isa::scalar;
    held->config.settings = {{"episodes", vectors ? 1000 : 60}, {"checkpoints", 1}};
    return {std::move(name),
            [held] {
                const Agent& agent = find_agent("reinforce");
                held->result = lockstep::train(agent, held->config);
                return held->result.env_steps;
            },
            [held] { return held->result.hash; }, bound(config), true};
}

}  // namespace lockstep
