// Gymnasium's cliff walking (Sutton and Barto, example 6.6): along a cliff to the goal; a step over
// the edge costs 100 and leads back to the start. State: row * 12 + column. Actions: up, right,
// down, left.

#include <algorithm>

#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"

namespace lockstep {
namespace {

constexpr int height = 4, width = 12;
constexpr std::uint32_t start = 36, goal = 47;  // the cliff lies between them

constexpr const char* source = "Gymnasium 1.3.0";
constexpr const char* meaning = "a third of the steps goes to each side";
constexpr Description sure_about{
    .name = "cliff-walking",
    .source = source,
    .ids = {{.id = "CliffWalking-v1"}},
    .observations = {{.name = "state"}},
    .choices = {{.name = "is_slippery", .options = false_or_true, .meaning = meaning}}};
constexpr Description slippery_about{
    .name = "cliff-walking-slippery",
    .source = source,
    .ids = {{.id = "CliffWalkingSlippery-v1"}},
    .observations = {{.name = "state"}},
    .choices = {{.name = "is_slippery", .options = false_or_true, .value = 1, .meaning = meaning}}};

// As in Gymnasium, the cells of cliff and goal have outcomes, though no episode continues there.
Outcome move(int row, int column, int action) {
    constexpr int down[] = {-1, 0, 1, 0}, right[] = {0, 1, 0, -1};
    row = std::clamp(row + down[action], 0, height - 1);
    column = std::clamp(column + right[action], 0, width - 1);
    const auto cell = static_cast<std::uint32_t>(row * width + column);
    if (cell > start && cell < goal) return {.next = start, .reward = -100};
    return {.next = cell, .reward = -1, .terminated = cell == goal};
}

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    const bool slips = settings.choices[0] == 1;
    FiniteMdp mdp;
    mdp.states = std::int64_t{height} * width;
    mdp.actions = 4;
    for (int state = 0; state < height * width; ++state) {
        for (int action = 0; action < 4; ++action) {
            for (const int turn : {3, 0, 1}) {
                if (turn != 0 && !slips) continue;
                Outcome outcome = move(state / width, state % width, (action + turn) % 4);
                outcome.probability = slips ? 1.0 / 3 : 1.0;
                mdp.add(outcome);
            }
            mdp.close_pair();
        }
    }
    mdp.add_start(start);
    mdp.close_board();
    return mdp;
}

}  // namespace

extern const FiniteEnvironment cliff_walking;
const FiniteEnvironment cliff_walking{sure_about, build};
extern const FiniteEnvironment cliff_walking_slippery;
const FiniteEnvironment cliff_walking_slippery{slippery_about, build};

}  // namespace lockstep
