// The world from which the slides' QLearningAgent can learn nothing: after any action every state
// is equally likely, and the reward is a standard normal number. All values are 0, and any other
// estimate of an agent is bias.
#include <lockstep/engine/environments/config.hpp>
#include <lockstep/engine/finite/settings.hpp>

namespace lockstep {
namespace {

constexpr Description about{
    .name = "noise",
    .source = "the slides' QLearningAgent example",
    .ids = {{.id = "Noise-v0", .max_episode_steps = 1000}},  // the slides' loop
    .observations = {{.name = "state"}},
    .parameters = {
        {.name = "states", .value = 5, .low = 1, .high = 256, .meaning = "number of states"},
        {.name = "actions", .value = 3, .low = 1, .high = 32, .meaning = "number of actions"}}};

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    FiniteMdp mdp;
    mdp.states = whole_value(about, settings, 0);
    mdp.actions = whole_value(about, settings, 1);
    for (std::int64_t pair = 0; pair < mdp.states * mdp.actions; ++pair) {
        for (std::int64_t next = 0; next < mdp.states; ++next) {
            mdp.add({.probability = 1 / static_cast<double>(mdp.states),
                     .next = static_cast<std::uint32_t>(next)});
        }
        mdp.close_pair();
    }
    mdp.add_start(0);
    mdp.close_board();
    mdp.noise = Noise::normal;
    return mdp;
}

}  // namespace

extern const FiniteEnvironment noise;
const FiniteEnvironment noise{about, build};

}  // namespace lockstep
