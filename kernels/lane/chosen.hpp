// The back-end that this translation unit is compiled for.
//
// Owns:      the choice, which the unit's own definition says, since the compiler's flags may come
//            from a user who builds for one machine.
// Must not:  know any instruction set.
// Invariant: a unit that says nothing has scalar lanes, which run everywhere.
#pragma once

#ifdef LOCKSTEP_LANES
#include LOCKSTEP_LANES
#else
#include <lockstep/detail/lane/scalar.hpp>
#endif
