// A row of one-armed bandits: one state, an arm an action, rewards without or with noise. The
// default arms are those of the exploration example in the slides ("Reinforcement Learning with
// Python").
#include <lockstep/engine/config.hpp>

#include <charconv>

#include <lockstep/engine/error.hpp>

namespace lockstep {
namespace {

constexpr EnvironmentId ids[] = {{"Bandit-v0", 1000, 1000}};
constexpr const char* state_names[] = {"state"};
constexpr const char* noises[] = {"none", "normal", "uniform"};
constexpr ChoiceInfo choices[] = {
    {"noise", noises, 3, 0, "added to every reward: a standard normal, or uniform in [0, 1)"}};
constexpr TextInfo texts[] = {
    {"rewards", "0,0.2,0.5,0.1,1", "mean reward of each arm, 1 to 32 numbers"}};
constexpr EnvironmentInfo info = {"bandit",
                                  "the slides' exploration example",
                                  ids,
                                  1,
                                  state_names,
                                  1,
                                  state_names,
                                  1,
                                  0,
                                  nullptr,
                                  0,
                                  choices,
                                  1,
                                  true,
                                  0,
                                  texts,
                                  1};

std::vector<double> parse_rewards(std::string_view text) {
    std::vector<double> rewards;
    for (const char* at = text.data(); at <= text.data() + text.size();) {
        double value = 0;
        const auto [end, error] = std::from_chars(at, text.data() + text.size(), value);
        const bool last = end == text.data() + text.size();
        if (error != std::errc() || !(last || *end == ',')) {
            throw ConfigError("rewards = '" + std::string(text) +
                              "': expected numbers with commas between them");
        }
        rewards.push_back(value);
        at = end + 1;
    }
    return rewards;
}

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    FiniteMdp mdp;
    mdp.states = 1;
    for (const double reward : parse_rewards(settings.texts[0])) {
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
