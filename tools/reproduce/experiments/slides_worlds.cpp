// The slides' first environments, in lanes, and their two systems that are exact.

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"
#include "tools/reproduce/experiments/processes.hpp"
#include "tools/reproduce/systems/numpy_draws.hpp"
#include "tools/reproduce/systems/small_systems.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t walks = random_walk_count;

struct Walks {
    std::vector<double> returns, steps;
};

// Without max_steps, until they end.
Walks walk(const Common& common, const char* env, std::int64_t max_steps = longer_than_any_walk) {
    Walks result;
    for (const Episode& e : random_walks(common, env, {}, max_steps)) {
        result.returns.push_back(e.episode_return);
        result.steps.push_back(e.length);
    }
    return result;
}

// The reward is 1 at +5 and 0 elsewhere, so the return is the share of walks that end there.
ExperimentResult chain(const Common& common, const Json& published, const ProgressCallback&) {
    const Walks walked = walk(common, "Chain-v0");
    Comparison comparison(published);
    comparison.add_mean("steps", walked.steps);
    comparison.add_mean("share_at_plus_5", walked.returns);
    return comparison.finish();
}

ExperimentResult lazy_chain(const Common& common, const Json& published, const ProgressCallback&) {
    const Walks walked = walk(common, "LazyChain-v0"),
                short_ones = walk(common, "LazyChain-v0", 20);
    Comparison comparison(published);
    comparison.add_mean("return_20_steps", short_ones.returns);
    comparison.add_mean("return", walked.returns);
    comparison.add_mean("steps", walked.steps);
    return comparison.finish();
}

// Ten steps on NumPy's stream, then environments that have forgotten where they began.
ExperimentResult random_mdp(const Common& common, const Json& published, const ProgressCallback&) {
    constexpr int forgotten = 40;
    Comparison comparison(published);
    NumpyDraws draws(0);
    const RandomMdp mdp(5, 3, draws);
    int state = 0;
    double rewards = 0, places = 0;
    for (int step = 0; step < 10; ++step) {
        const int action = draws.below(mdp.actions);
        const Transition to = mdp.step(state, action, draws);
        state = to.next;
        rewards += to.reward;
        places = 10 * places + state;
    }
    comparison.add_exact("ten_states", places);
    comparison.add_exact("ten_rewards", rewards);

    VectorEnvConfig config{.id = "RandomMDP-v0", .num_envs = walks, .seed = common.seed_or_zero()};
    config.settings.choices = {{"draws", "numpy"}};
    config.threads = common.threads;
    VectorEnv<float> env(config);
    std::vector<std::int32_t> actions(static_cast<std::size_t>(walks));
    std::array<double, 5> visits{};
    std::vector<double> last_rewards;
    for (int step = 0; step < forgotten; ++step) {
        env.act({"random"}, actions);
        env.step(actions);
    }
    for (const float at : env.observation(0)) ++visits[static_cast<std::size_t>(at)];
    for (const float reward : env.reward()) last_rewards.push_back(reward);
    for (std::size_t s = 0; s < visits.size(); ++s)
        comparison.add("share_in_" + std::to_string(s), estimate_share(visits[s] / walks, walks));
    comparison.add_mean("reward_a_step", last_rewards);
    return comparison.finish();
}

// The slides' episode, learnt from once, and a hundred times.
ExperimentResult reinforce_row(const Common&, const Json& published, const ProgressCallback&) {
    const std::vector<Visit> episode = {{0, 1, 1}, {2, 0, -1}, {1, 2, 2}};
    ActionValues theta(5, 3);
    Comparison comparison(published);
    for (int updates = 1; updates <= 100; ++updates) {
        reinforce(theta, episode, 0.01);
        if (updates != 1 && updates != 100) continue;
        for (int state = 0; state < 3; ++state) {
            for (int action = 0; action < 3; ++action) {
                comparison.add_exact("after_" + std::to_string(updates) + "_s" +
                                         std::to_string(state) + "_a" + std::to_string(action),
                                     theta.of(state, action));
            }
        }
    }
    return comparison.finish();
}

}  // namespace

std::span<const Experiment> slides_world_experiments() {
    static constexpr Experiment rows[] = {
        {"slides-chain", "the slides' first environment: random steps by -1 or 1 until -5 or 5",
         R"({"reference": {"what": "exact, from the walk's transition matrix", "steps": 25,
             "share_at_plus_5": 0.5}})",
         chain},
        {"slides-lazy-chain",
         "the slides' simple environment: random steps by -1, 0 or 1, each paid with minus the "
         "distance",
         R"({"reference": {"what": "exact, from the walk's transition matrix",
             "return_20_steps": -27.74823311193308, "return": -65, "steps": 37.5}})",
         lazy_chain},
        {"slides-random-mdp",
         "the slides' random decision process, np.random.seed(0): ten random steps, and where they "
         "lead in the end",
         R"({"reference": {"what": "the slides' program under NumPy; exact, from its tables",
             "ten_states": 3032300033, "ten_rewards": 0.630223968332061,
             "share_in_0": 0.19974270152788856, "share_in_1": 0.1960026621770072,
             "share_in_2": 0.24300772143135727, "share_in_3": 0.21537407354314858,
             "share_in_4": 0.14587284132059844, "reward_a_step": 0.10804819881240367}})",
         random_mdp},
        {"slides-reinforce",
         "the slides' policy gradient of a table: one episode of three steps, learnt once and a "
         "hundred times",
         R"({"reference": {"what": "the slides' program under NumPy",
             "after_1_s0_a0": -0.006666666666666666, "after_1_s0_a1": 0.013333333333333336,
             "after_1_s0_a2": -0.006666666666666666,
             "after_1_s1_a0": -0.006666666666666666, "after_1_s1_a1": -0.006666666666666666,
             "after_1_s1_a2": 0.013333333333333336,
             "after_1_s2_a0": 0.006666666666666668, "after_1_s2_a1": -0.003333333333333333,
             "after_1_s2_a2": -0.003333333333333333,
             "after_100_s0_a0": -0.4757457707260706, "after_100_s0_a1": 0.9514915414521411,
             "after_100_s0_a2": -0.4757457707260706,
             "after_100_s1_a0": -0.4757457707260706, "after_100_s1_a1": -0.4757457707260706,
             "after_100_s1_a2": 0.9514915414521411,
             "after_100_s2_a0": 0.5614061548456654, "after_100_s2_a1": -0.2807030774228327,
             "after_100_s2_a2": -0.2807030774228327}})",
         reinforce_row},
    };
    return rows;
}

}  // namespace lockstep
