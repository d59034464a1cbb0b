// The tutorials' Markov chain: four states, nothing to choose, and an end in the fourth. Each step
// is rewarded with 1, so that an episode's return is the number of its transitions.

#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"

namespace lockstep {
namespace {

constexpr Description about{
    .name = "markov-chain",
    .source = "the tutorials' Markov chain",
    .ids = {{.id = "MarkovChain-v0", .max_episode_steps = 1000}},  // the tutorial's loop
    .observations = {{.name = "state"}}};

constexpr std::uint32_t states = 4, last = 3;
constexpr double chances[states][states] = {
    {0.7, 0.2, 0.0, 0.1}, {0.0, 0.0, 0.9, 0.1}, {0.0, 1.0, 0.0, 0.0}, {0.0, 0.0, 0.0, 1.0}};

FiniteMdp build(std::string_view, const WorldSettings&) {
    FiniteMdp mdp;
    mdp.states = states;
    mdp.actions = 1;
    for (std::uint32_t state = 0; state < states; ++state) {
        for (std::uint32_t next = 0; next < states; ++next) {
            const double chance = chances[state][next];
            if (chance == 0) continue;
            mdp.add({.probability = chance,
                     .next = next,
                     .reward = state == last ? 0.0 : 1.0,
                     .terminated = next == last});
        }
        mdp.close_pair();
    }
    mdp.add_start(0);
    mdp.close_board();
    return mdp;
}

}  // namespace

extern const FiniteEnvironment markov_chain;
const FiniteEnvironment markov_chain{about, build};

}  // namespace lockstep
