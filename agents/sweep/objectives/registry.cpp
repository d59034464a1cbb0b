
#include "agents/sweep/objectives/registry.hpp"

#include "agents/sweep/objectives/functions.hpp"
#include "agents/sweep/objectives/learners.hpp"

namespace lockstep::sweep {

std::unique_ptr<Objective> make_objective(const Study& study) {
    return study.env == function_env ? make_function(study) : make_learners(study);
}

}  // namespace lockstep::sweep
