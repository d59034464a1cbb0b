
#include "tools/reproduce/systems/hunt.hpp"

#include <algorithm>

#include <lockstep/detail/env/gridworld_hard.hpp>

namespace lockstep {
namespace {

using Kernel = GridworldHard;
static_assert(hunt_levels == Kernel::full_energy + 1);

Outcome move(const Outcome& to, int spent, int tired, RewardModel kind) {
    const int last = hunt_levels - 1;
    const int more_spent = to.mark == Kernel::apple ? 0 : std::min(spent + 1, last);
    const int more_tired = to.mark == Kernel::tree ? 0 : std::min(tired + 1, last);
    const int left = last - more_spent - more_tired;  // energy - fatigue
    const bool won = to.mark == Kernel::wolf && left > 0;
    Outcome outcome = to;
    outcome.next = (to.next * hunt_levels + static_cast<std::uint32_t>(more_spent)) * hunt_levels +
                   static_cast<std::uint32_t>(more_tired);
    switch (kind) {
        case RewardModel::given:
            outcome.reward = !to.terminated ? left : won ? Kernel::prize : -Kernel::prize;
            break;
        case RewardModel::win:
            outcome.reward = won ? 1 : 0;
            break;
        case RewardModel::shortest_path:
            outcome.reward = to.terminated && !won ? -10'000 : -1;
            break;
    }
    return outcome;
}

}  // namespace

FiniteMdp gridworld_hard_mdp(const FiniteMdp& cells, RewardModel reward) {
    FiniteMdp mdp;
    mdp.states = cells.states * states_a_cell;
    mdp.actions = cells.actions;
    for (std::int64_t state = 0; state < mdp.states; ++state) {
        const auto level = static_cast<int>(state % states_a_cell);
        for (std::int64_t action = 0; action < mdp.actions; ++action) {
            for (const Outcome& to : cells.of(state / states_a_cell, action))
                mdp.add(move(to, level / hunt_levels, level % hunt_levels, reward));
            mdp.close_pair();
        }
    }
    for (std::uint32_t i = 0; i < cells.first_start[1]; ++i)
        mdp.add_start(std::int64_t{cells.starts[i]} * states_a_cell);
    mdp.close_board();
    return mdp;
}

}  // namespace lockstep
