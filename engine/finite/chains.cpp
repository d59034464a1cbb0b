// The slides' two walks along a line, from 0 until the fifth place to either side.
// State: place + 5.
//
// Chain-v0 ("Environment"): actions 0 and 1 go down and up; reaching +5 is rewarded with 1.
// LazyChain-v0 ("SimpleEnvironment"): actions 0, 1 and 2 go down, stay and go up; each step costs
// the distance from 0, and the slides stop after 20.

#include <algorithm>
#include <cstdlib>

#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"

namespace lockstep {
namespace {

constexpr int far = 5;

constexpr Description chain_about{.name = "chain",
                                  .source = "the slides' Environment class",
                                  .ids = {{.id = "Chain-v0"}},
                                  .observations = {{.name = "state"}}};
constexpr Description lazy_about{.name = "lazy-chain",
                                 .source = "the slides' SimpleEnvironment class",
                                 .ids = {{.id = "LazyChain-v0", .max_episode_steps = 20}},
                                 .observations = {{.name = "state"}}};

// At both ends every action stays there without reward, because no episode continues there.
Outcome arrive(int place, int move, bool lazy) {
    const bool over = std::abs(place) == far;
    const int next = over ? place : place + move;
    const double reward = over ? 0 : lazy ? -std::abs(next) : next == far ? 1 : 0;
    return {.next = static_cast<std::uint32_t>(next + far),
            .reward = reward,
            .terminated = std::abs(next) == far};
}

FiniteMdp build(std::string_view id, const WorldSettings&) {
    const bool lazy = id == lazy_about.ids.begin()->id;
    FiniteMdp mdp;
    mdp.states = 2 * far + 1;
    mdp.actions = lazy ? 3 : 2;
    for (int place = -far; place <= far; ++place) {
        for (int action = 0; action < mdp.actions; ++action) {
            mdp.add(arrive(place, lazy ? action - 1 : 2 * action - 1, lazy));
            mdp.close_pair();
        }
    }
    mdp.add_start(far);
    mdp.close_board();
    return mdp;
}

}  // namespace

extern const FiniteEnvironment chain;
const FiniteEnvironment chain{chain_about, build};
extern const FiniteEnvironment lazy_chain;
const FiniteEnvironment lazy_chain{lazy_about, build};

}  // namespace lockstep
