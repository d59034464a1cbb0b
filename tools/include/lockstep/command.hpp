// The command, for a program of one's own: with the environments, agents and samplers that it has
// registered, every verb works.
//
// Must not:  know a verb.
// Invariant: what it returns is the program's exit code.
#pragma once

namespace lockstep {

// Runs the command line that main was given.
int run_command(int count, char** words);

}  // namespace lockstep
