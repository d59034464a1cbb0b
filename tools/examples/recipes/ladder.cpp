// A game of tables: a ladder of four rungs, whose top is worth 1.
#include <lockstep/table_game.hpp>

namespace {

constexpr lockstep::Description about{.name = "ladder",
                                      .ids = {{.id = "Ladder-v0", .max_episode_steps = 30}},
                                      .observations = {{.name = "state"}}};

lockstep::FiniteMdp build(std::string_view, const lockstep::WorldSettings&) {
    constexpr std::uint32_t rungs = 4;
    lockstep::FiniteMdp mdp{.states = rungs + 1, .actions = 2};
    for (std::uint32_t rung = 0; rung <= rungs; ++rung) {
        mdp.add({.next = rung == 0 ? 0 : rung - 1});
        mdp.close_pair();
        const std::uint32_t up = rung == rungs ? rung : rung + 1;
        mdp.add({.next = up, .reward = up == rungs ? 1.0 : 0.0, .terminated = up == rungs});
        mdp.close_pair();
    }
    mdp.add_start(0);
    mdp.close_board();
    return mdp;
}

}  // namespace

extern const lockstep::FiniteEnvironment ladder;
const lockstep::FiniteEnvironment ladder{about, build};
