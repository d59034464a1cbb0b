// What an environment's author computes with: sixteen lanes at a time, written as if they were one.
//
// Owns:      nothing: it names the vocabulary, which the headers below define.
// Invariant: the same bits on every instruction set.
//
// real<L>, i32<L>, u32<L> and mask<L> are sixteen numbers or bits, with the operators of numbers;
// select, min, max, clamp, abs, sqrt, floor, round, modulo, sin, cos, atan2, exp, log and tanh;
// Vector and Matrix, their products, and systems of two and three equations.
#pragma once

#include <lockstep/detail/lane/lane.hpp>
#include <lockstep/detail/lane/math.hpp>
#include <lockstep/detail/lane/matrix.hpp>
