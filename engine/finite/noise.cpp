// The world in which the slides' QLearningAgent learns from nothing: whatever it does, every state
// is equally likely to follow, and the reward is a standard normal number. All values are 0, and
// what an agent believes beyond that is bias.
#include <lockstep/engine/config.hpp>
#include <lockstep/engine/finite/settings.hpp>

namespace lockstep {
namespace {

constexpr EnvironmentId ids[] = {{"Noise-v0", 1000, no_threshold}};  // the slides' loop
constexpr ParameterInfo parameters[] = {{"states", 5, 1, 256, "", "number of states"},
                                        {"actions", 3, 1, 32, "", "number of actions"}};
constexpr EnvironmentInfo info =
    table_info({"noise", "the slides' QLearningAgent example", ids, parameters});

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    FiniteMdp mdp;
    mdp.states = whole_value(parameters[0], settings.parameters[0]);
    mdp.actions = whole_value(parameters[1], settings.parameters[1]);
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
const FiniteEnvironment noise{info, "finite", build};

}  // namespace lockstep
