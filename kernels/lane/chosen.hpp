// The back-end that this translation unit is compiled for.
//
// Owns:      the choice, which the unit's own definition makes, since the compiler's flags may come
//            from a user who builds for one machine.
// Must not:  know any instruction set.
// Invariant: without a definition a unit has scalar lanes, which run everywhere.
#pragma once

#ifdef LOCKSTEP_LANES
#include LOCKSTEP_LANES
#else
#include <lockstep/detail/lane/scalar.hpp>
#endif
