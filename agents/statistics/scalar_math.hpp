// Elementary functions of one number, with the same bits on every machine: the C library's differ
// between CPUs.
//
// Must not:  be used where many numbers are at hand: lanes are sixteen times as fast.
// Invariant: gives the same result as a lane of kernels/lane/math.hpp.
#pragma once

namespace lockstep {

double scalar_exp(double x);
double scalar_log(double x);

}  // namespace lockstep
