// A finite process as JSON text, in the shape in which the tutorials write one:
//
//     {"transition_probabilities": [[[0.7, 0.3], null], [null, [1, 0]]],     [s][a][s'], null where
//      "rewards":                  [[[10, 0], null], [null, [-50, 0]]],      the action is
//      impossible "possible_actions": [[0], [1]],   optional: must list what is not null
//      "start_states": [0],              optional: where episodes begin, equally likely
//      "terminal_states": []}            optional: to enter one ends the episode
//
// Must not:  open files.
// Invariant: what it returns packs into tables.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/table_game.hpp>

namespace lockstep {

// `where` stands before each fault, as a file's name. Throws ConfigError: a line where the text is
// not JSON, else up to ten faults by their paths in it, as transition_probabilities[1][0].
FiniteMdp parse_mdp(const std::string& where, std::string_view text);

}  // namespace lockstep
