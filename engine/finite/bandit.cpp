// A row of one-armed bandits: one state, one action per arm, rewards with or without noise. The
// default arms are those of the exploration example in the slides ("Reinforcement Learning with
// Python").

#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"

namespace lockstep {
namespace {

constexpr Description about{
    .name = "bandit",
    .source = "the slides' exploration example",
    .ids = {{.id = "Bandit-v0", .max_episode_steps = 1000, .reward_threshold = 1000}},
    .observations = {{.name = "state"}},
    .choices = {{.name = "noise",
                 .options = {"none", "normal", "uniform"},
                 .meaning = "added to every reward: a standard normal, or uniform in [0, 1)"}},
    .texts = {{.name = "rewards",
               .value = "0,0.2,0.5,0.1,1",
               .meaning = "mean reward of each arm, 1 to 32 numbers"}}};

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    FiniteMdp mdp;
    mdp.states = 1;
    for (const double reward : reward_list("rewards", settings.texts[0])) {
        mdp.add({.reward = reward});
        mdp.close_pair();
        ++mdp.actions;
    }
    mdp.add_start(0);
    mdp.close_board();
    mdp.noise = static_cast<Noise>(settings.choices[0]);
    return mdp;
}

}  // namespace

extern const FiniteEnvironment bandit;
const FiniteEnvironment bandit{about, build};

}  // namespace lockstep
