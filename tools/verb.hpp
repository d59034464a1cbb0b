// What main knows of a verb: its name, its help, and how to define and run it.
//
// Must not:  know any verb's options.
// Invariant: run adds every fault it finds and raises them before it prints or writes anything.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include <lockstep/tools/faults.hpp>
#include <lockstep/tools/options.hpp>

namespace lockstep {

using RunVerb = std::function<void(const Common&, Faults&)>;

struct Verb {
    const char* name;
    const char* meaning;
    // Adds the verb's own options to its part of the command line, and returns what runs it.
    RunVerb (*define)(CLI::App&);
};

extern const Verb list_verb, board_verb, trace_verb, train_verb, eval_verb, render_verb, sweep_verb,
    status_verb, best_verb, trials_verb, replay_verb, verify_verb, export_verb, report_verb,
    reproduce_verb, bench_verb;

// What the command does without a verb.
void run_main_job(const Common& common, Faults& faults);

}  // namespace lockstep
