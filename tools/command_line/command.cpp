#include "tools/command_line/command.hpp"

namespace lockstep {

// In the order in which --help lists them. Each function VERB_verb() is defined in tools/verbs.
#define LOCKSTEP_VERBS(VERB) \
    VERB(list)               \
    VERB(board)              \
    VERB(trace)              \
    VERB(train)              \
    VERB(eval)               \
    VERB(render)             \
    VERB(sweep)              \
    VERB(status)             \
    VERB(best)               \
    VERB(trials)             \
    VERB(replay)             \
    VERB(verify)             \
    VERB(export)             \
    VERB(report)             \
    VERB(reproduce)          \
    VERB(bench)              \
    VERB(help)               \
    VERB(completions)        \
    VERB(man)

#define LOCKSTEP_DECLARE(NAME) Verb NAME##_verb();
LOCKSTEP_VERBS(LOCKSTEP_DECLARE)
#undef LOCKSTEP_DECLARE

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
#define LOCKSTEP_CALL(NAME) NAME##_verb(),
    for (const Verb& verb : {LOCKSTEP_VERBS(LOCKSTEP_CALL)}) {
#undef LOCKSTEP_CALL
        calls_.push_back(verb.call());
        description_.verbs.push_back({verb.name, verb.meaning, calls_.back()->options()});
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
