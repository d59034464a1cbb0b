// What a study learns from an older store before it begins.
//
// Must not:  write anything.
// Invariant: a study that goes on knows what it knew when it began, whatever became of the older
//            store since.
#pragma once

#include <string>

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// Fills study.prior from the store that study.warm_start names, or from what `store` recorded when
// this study began in it. Throws
// ConfigError, with the place of the key, where there is no such store, or none that fits.
void load_prior(Study& study, const std::string& store);

}  // namespace lockstep::sweep
