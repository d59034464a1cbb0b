// "Peter and the Wolf": the tutorial as printed.

#include "engine/environments/config.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"
#include "tools/reproduce/systems/gridworld_replay.hpp"
#include "tools/reproduce/systems/walks.hpp"

namespace lockstep {
namespace {

Json table(const Board& board, const GridLearning& learning) {
    return {{"board", board.rows()}, {"q", learning.q}, {"epoch_steps", learning.steps}};
}

// All walks that the tutorial's learnt table can take; the tutorial prints the mean of a hundred.
WalkOdds exact_walks(const GridLearning& learning) {
    EnvSettings settings;
    settings.choices = {{"rules", "walking"}};
    const auto model = resolve(settings, find_environment("Gridworld-v0"), 1).model;
    std::vector<double> q;
    for (const auto& row : learning.q) q.insert(q.end(), row.begin(), row.end());
    return proportional_walks(model->mdp(), {q}, 1e-4, 100);
}

// The tutorial fixes its own seed: --seed changes nothing.
ExperimentResult published_run(const Common&, const Json& published,
                               const ProgressCallback& progress) {
    const ApplesReplay apples = replay_apples();
    if (progress) progress(0.8);
    const WolfReplay wolf = replay_wolf();
    const WalkOdds exact = exact_walks(apples.learning);
    const Json measured{{"apples_random_walk", apples.random_walk},
                        {"apples_random_path", apples.random_walks.mean_path},
                        {"apples_random_eaten", apples.random_walks.eaten},
                        {"apples_last_epoch", apples.learning.steps.back()},
                        {"apples_greedy_walk", apples.greedy_walk},
                        {"apples_learnt_path", apples.learnt_walks.mean_path},
                        {"apples_learnt_eaten", apples.learnt_walks.eaten},
                        {"apples_learnt_exact_path", exact.mean_steps},
                        {"apples_learnt_path_error", exact.sd_steps / 10},
                        {"wolf_random_walk", wolf.random_walk},
                        {"wolf_random_killed", wolf.random_walks.killed},
                        {"wolf_random_won", wolf.random_walks.won},
                        {"wolf_random_drowned", wolf.random_walks.drowned},
                        {"wolf_last_epoch", wolf.learning.steps.back()},
                        {"wolf_learnt_killed", wolf.learnt_walks.killed},
                        {"wolf_learnt_won", wolf.learnt_walks.won},
                        {"wolf_learnt_drowned", wolf.learnt_walks.drowned},
                        {"apples_updates", apples.learning.updates},
                        {"wolf_updates", wolf.learning.updates}};
    return {measured,
            Json::object(),
            exact_verdict(measured, published),
            {{"apples", table(apples.board, apples.learning)},
             {"wolf", table(wolf.board, wolf.learning)}}};
}

}  // namespace

std::span<const Experiment> gridworld_experiments() {
    static constexpr Experiment rows[] = {
        {"gridworld-published",
         "Peter and the Wolf, sections 1 and 2 from the first cell to the last, on Python's seed "
         "13",
         R"({"apples_random_walk": 18, "apples_random_path": 32.87096774193548,
         "apples_random_eaten": 7, "apples_last_epoch": 0, "apples_greedy_walk": 2,
         "apples_learnt_path": 3.45, "apples_learnt_eaten": 0,
         "wolf_random_walk": 0, "wolf_random_killed": 5, "wolf_random_won": 1,
         "wolf_random_drowned": 94, "wolf_last_epoch": 48, "wolf_learnt_killed": 1,
         "wolf_learnt_won": 9, "wolf_learnt_drowned": 90,
         "reference": {"what": "exact path: the median of 1,000 learners; see gridworld-q-learning",
             "apples_learnt_exact_path": 5.46}})",
         published_run},
    };
    return rows;
}

}  // namespace lockstep
