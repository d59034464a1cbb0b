// A finite process as JSON text, in the form that the tutorials use:
//
//     {"transition_probabilities": [[[0.7, 0.3], null], [null, [1, 0]]],  [s][a][s'], null where
//      "rewards":                  [[[10, 0], null], [null, [-50, 0]]],   the action is illegal
//      "possible_actions": [[0], [1]],   optional: must list what is not null
//      "start_states": [0],              optional: where episodes begin, equally likely
//      "terminal_states": []}            optional: entering one ends the episode
//
// Must not:  open files.
// Invariant: what it returns packs into tables.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/table_game.hpp>

namespace lockstep {

// `where`, such as a file's name, begins each message. Throws ConfigError: with a line if the text
// is not JSON, else with up to ten errors by path, as in transition_probabilities[1][0].
FiniteMdp parse_mdp(const std::string& where, std::string_view text);

}  // namespace lockstep
