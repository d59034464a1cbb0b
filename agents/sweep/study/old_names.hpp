// Studies that an earlier version of Lockstep wrote, in the names of this one.
//
// Must not:  read what people type: an old name is rejected there.
// Invariant: a study without old names stays as it is.
#pragma once

#include "engine/text/json.hpp"

namespace lockstep::sweep {

// A study as canonical_text writes it, with the current name of every key and setting.
Json with_current_names(const Json& study);

}  // namespace lockstep::sweep
