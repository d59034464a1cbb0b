// Any finite process, from a JSON file. Without one, the process of three states from which the
// tutorial ("Reinforcement Learning", chapter 18) computes Q-values.

#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"
#include "engine/finite/mdp_json.hpp"

namespace lockstep {
namespace {

constexpr Description about{
    .name = "mdp",
    .source = "the tutorials' Markov decision process, or a file",
    .ids = {{.id = "MDP-v0"}},
    .observations = {{.name = "state"}},
    .texts = {
        {.name = "file",
         .value = "",
         .meaning = "JSON with transition_probabilities and rewards; empty: the tutorial's process",
         .file = true}}};

constexpr std::string_view tutorial = R"({
"transition_probabilities": [[[0.7, 0.3, 0.0], [1.0, 0.0, 0.0], [0.8, 0.2, 0.0]],
                             [[0.0, 1.0, 0.0], null, [0.0, 0.0, 1.0]],
                             [null, [0.8, 0.1, 0.1], null]],
"rewards": [[[10, 0, 0], [0, 0, 0], [0, 0, 0]],
            [[0, 0, 0], [0, 0, 0], [0, 0, -50]],
            [[0, 0, 0], [40, 0, 0], [0, 0, 0]]],
"possible_actions": [[0, 1, 2], [0, 2], [1]]})";

FiniteMdp build(std::string_view, const WorldSettings& settings) {
    const std::string& file = settings.texts[0];
    if (file.empty()) return parse_mdp("the tutorial's process", tutorial);
    return parse_mdp(file, *settings.files[0]);
}

}  // namespace

extern const FiniteEnvironment mdp_file;
const FiniteEnvironment mdp_file{about, build};

}  // namespace lockstep
