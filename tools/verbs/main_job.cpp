// What the command does without a verb: it searches the settings of REINFORCE on CartPole, with a
// store that a second run resumes.

#include <fmt/format.h>

#include "agents/sweep/objectives/registry.hpp"
#include "agents/sweep/study/file.hpp"
#include "engine/environments/config.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/sweep/session.hpp"
#include "tools/sweep/store_paths.hpp"
#include "tools/verbs/main_study.hpp"

namespace lockstep {

void run_main_job(const Common& common, Faults& faults) {
    sweep::Study study = sweep::read_study(main_study, "cartpole.toml");
    study.seed = common.seed_or_zero();
    const auto objective = sweep::make_objective(study);
    sweep::resolve(study, *objective);
    const std::string store = fmt::format("cartpole-{}.db", study.seed);
    Paths paths;
    sweep::add_store_output(paths, "the store", store, study, false);
    paths.check(faults);
    faults.raise();
    sweep::print_session(study, sweep::run_session(study, *objective, store, common, {}), store,
                         common.json);
}

}  // namespace lockstep
