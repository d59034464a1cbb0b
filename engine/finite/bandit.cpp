// A row of one-armed bandits: one state, an arm an action, rewards without or with noise. The
// default arms are those of the exploration example in the slides ("Reinforcement Learning with
// Python").
#include <lockstep/engine/config.hpp>
#include <lockstep/engine/finite/settings.hpp>

namespace lockstep {
namespace {

constexpr EnvironmentId ids[] = {{"Bandit-v0", 1000, 1000}};
constexpr const char* noises[] = {"none", "normal", "uniform"};
constexpr ChoiceInfo choices[] = {
    {"noise", noises, 3, 0, "added to every reward: a standard normal, or uniform in [0, 1)"}};
constexpr TextInfo texts[] = {
    {"rewards", "0,0.2,0.5,0.1,1", "mean reward of each arm, 1 to 32 numbers"}};
constexpr EnvironmentInfo info =
    table_info({"bandit", "the slides' exploration example", ids, {}, choices, texts});

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
const FiniteEnvironment bandit{info, "finite", build};

}  // namespace lockstep
