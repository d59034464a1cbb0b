// The levels of a range as a person would write them: 0.3, where adding up tenths gives
// 0.30000000000000004.
//
// Must not:  know parameters.
// Invariant: made of whole numbers, fused multiply-adds and our own exp and log: the same bits on
//            every machine.
#pragma once

#include <cstdint>

namespace lockstep::sweep {

// Level k of `parts` equal ones from low to high, for 0 < k < parts. The ends count as the decimals
// that were written, and the level is rounded once.
double uniform_level(double low, double high, std::int64_t k, std::int64_t parts);

// The same where the logarithm is uniform, or that of x / (1 - x): rounded once, and then to the
// decimal of 12 digits within two units in the last place, if one exists.
double log_level(double low, double high, std::int64_t k, std::int64_t parts);
double logit_level(double low, double high, std::int64_t k, std::int64_t parts);

// low + k step, in the manner of uniform_level.
double step_level(double low, double step, std::int64_t k);
// The number of whole steps from low to high.
double steps_between(double low, double high, double step);

// The exponent of a power of two.
int exponent_of(double power);

}  // namespace lockstep::sweep
