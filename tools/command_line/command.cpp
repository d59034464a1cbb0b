#include "tools/command_line/command.hpp"

namespace lockstep {
namespace {

// In the order in which --help lists them.
constexpr const Verb* verbs[] = {&list_verb,   &board_verb,       &trace_verb,     &train_verb,
                                 &eval_verb,   &render_verb,      &sweep_verb,     &status_verb,
                                 &best_verb,   &trials_verb,      &replay_verb,    &verify_verb,
                                 &export_verb, &report_verb,      &reproduce_verb, &bench_verb,
                                 &help_verb,   &completions_verb, &man_verb};

}  // namespace

Command::Command() {
    description_ = {
        .name = "lockstep",
        .meaning =
            "Thousands of reinforcement-learning worlds in lockstep.\n"
            "Without a command: a search over 4,096 settings of REINFORCE on CartPole-v1, into a "
            "store.",
        .common = common_.options(),
        .options = {{"--version", version_, "print the version, and what it was built from"}},
        .verbs = {}};
    for (const Verb* verb : verbs) {
        calls_.push_back(verb->call());
        description_.verbs.push_back({verb->name, verb->meaning, calls_.back()->options()});
    }
}

void Command::run(const VerbDescription* verb, const Common& common, Faults& faults) const {
    if (verb == nullptr) {
        faults.raise();
        return run_main_job(common, faults);
    }
    calls_[static_cast<std::size_t>(verb - description_.verbs.data())]->run(common, faults);
}

}  // namespace lockstep
