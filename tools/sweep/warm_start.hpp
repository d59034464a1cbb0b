// What a study learns from an older store before it starts.
//
// Must not:  write anything.
// Invariant: a resumed study knows exactly what it knew when it began, whatever became of the older
//            store since.
#pragma once

#include <string>

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// Fills study.prior from the store that study.warm_start names, or from what `store` recorded when
// this study began in it. Throws ConfigError, with the place of the key, if there is no such store
// or it does not fit.
void load_prior(Study& study, const std::string& store);

}  // namespace lockstep::sweep
