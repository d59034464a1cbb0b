#include <lockstep/sweep/memory_log.hpp>
#include <lockstep/sweep/run.hpp>

#include "engine/environments/config.hpp"

#include "agents/sweep/objectives/registry.hpp"

namespace lockstep::sweep {
namespace {

// A space that was made before its constraints were known takes them in.
void take_constraints(Study& study) {
    if (study.constraints.empty() || study.space.constrained()) return;
    const auto parameters = study.space.parameters();
    study.space = Space({parameters.begin(), parameters.end()}, study.constraints);
}

}  // namespace

StudyResult run(Study study, const Objective& objective, TrialLog& log, const RunOptions& options) {
    take_constraints(study);
    resolve(study, objective);
    StudyResult result{std::move(study), {}, {}};
    result.run = run_study(result.study, objective, log, options);
    log.sync();
    FindingsReader reader(result.study);
    log.load([&](TrialRow&& row) { reader.add(row); });
    result.report = reader.finish();
    return result;
}

StudyResult run(Study study, TrialLog& log, const RunOptions& options) {
    take_constraints(study);
    const auto objective = make_objective(study);
    return run(study, *objective, log, options);
}
StudyResult run(Study study, const std::unique_ptr<TrialLog>& log, const RunOptions& options) {
    return run(std::move(study), *log, options);
}
StudyResult run(Study study, const RunOptions& options) {
    MemoryLog log;
    return run(std::move(study), log, options);
}

StudyResult run(Study study, const TrialFunction& function, TrialLog& log,
                const RunOptions& options) {
    if (study.env.empty()) study.env = "own";
    if (study.agent.empty()) study.agent = "function";
    const auto objective = make_objective(study, function);
    return run(study, *objective, log, options);
}
StudyResult run(Study study, const TrialFunction& function, const RunOptions& options) {
    MemoryLog log;
    return run(std::move(study), function, log, options);
}

}  // namespace lockstep::sweep
