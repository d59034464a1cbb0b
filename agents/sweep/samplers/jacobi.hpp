// Eigenvectors of a small symmetric matrix.
//
// Must not:  be used for large matrices: a sweep costs n^3.
// Invariant: + - * / sqrt in a fixed order, so the same bits with every compiler and register
//            width. A library that chooses its vectorization at run time does not promise that.
#pragma once

#include <span>

namespace lockstep::sweep {

// Cyclic Jacobi rotations (Golub and Van Loan, 8.5). `matrix`, [n][n], becomes diagonal; column i
// of `axes` is the unit vector of its entry i.
void diagonalize(std::span<double> matrix, std::span<double> axes, int n);

}  // namespace lockstep::sweep
