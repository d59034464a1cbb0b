// Small vectors and matrices, whose elements are lanes or plain numbers.
//
// Owns:      their products, and systems of two and three equations.
// Must not:  know lanes: T needs only multiplication, addition and selection.
// Invariant: the bits are those of the same formula written out: sums go from the first element to
//            the last, and nothing is fused.
#pragma once

#include <tuple>
#include <type_traits>

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

// Also a record of columns, so that an environment's State may have it as a member.
template <class T, int n>
struct Vector {
    T element[n];

    LOCKSTEP_INLINE T& operator[](int i) noexcept { return element[i]; }
    LOCKSTEP_INLINE const T& operator[](int i) const noexcept { return element[i]; }
    auto columns() { return std::tie(element); }
};

// Stored as M[column][row].
template <class T, int rows, int cols = rows>
struct Matrix {
    Vector<T, rows> column[cols];

    LOCKSTEP_INLINE Vector<T, rows>& operator[](int i) noexcept { return column[i]; }
    LOCKSTEP_INLINE const Vector<T, rows>& operator[](int i) const noexcept { return column[i]; }
    auto columns() { return std::tie(column); }
};

template <class T, int n>
LOCKSTEP_INLINE Vector<T, n> operator+(Vector<T, n> a, const Vector<T, n>& b) noexcept {
    for (int i = 0; i < n; ++i) a[i] = a[i] + b[i];
    return a;
}
template <class T, int n>
LOCKSTEP_INLINE Vector<T, n> operator-(Vector<T, n> a, const Vector<T, n>& b) noexcept {
    for (int i = 0; i < n; ++i) a[i] = a[i] - b[i];
    return a;
}
template <class T, int n>
LOCKSTEP_INLINE Vector<T, n> operator*(const std::type_identity_t<T>& factor,
                                       Vector<T, n> v) noexcept {
    for (int i = 0; i < n; ++i) v[i] = factor * v[i];
    return v;
}
template <class T, int n>
LOCKSTEP_INLINE T dot(const Vector<T, n>& a, const Vector<T, n>& b) noexcept {
    T sum = a[0] * b[0];
    for (int i = 1; i < n; ++i) sum = sum + a[i] * b[i];
    return sum;
}
template <class T>
LOCKSTEP_INLINE T cross(const Vector<T, 2>& a, const Vector<T, 2>& b) noexcept {
    return a[0] * b[1] - a[1] * b[0];
}
template <class T>
LOCKSTEP_INLINE Vector<T, 3> cross(const Vector<T, 3>& a, const Vector<T, 3>& b) noexcept {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

template <class T, int rows, int cols>
LOCKSTEP_INLINE Matrix<T, cols, rows> transposed(const Matrix<T, rows, cols>& m) noexcept {
    Matrix<T, cols, rows> t;
    for (int c = 0; c < cols; ++c)
        for (int r = 0; r < rows; ++r) t[r][c] = m[c][r];
    return t;
}
template <class T, int rows, int cols>
LOCKSTEP_INLINE Vector<T, rows> operator*(const Matrix<T, rows, cols>& m,
                                          const Vector<T, cols>& v) noexcept {
    Vector<T, rows> product = v[0] * m[0];
    for (int c = 1; c < cols; ++c) product = product + v[c] * m[c];
    return product;
}
template <class T, int rows, int inner, int cols>
LOCKSTEP_INLINE Matrix<T, rows, cols> operator*(const Matrix<T, rows, inner>& a,
                                                const Matrix<T, inner, cols>& b) noexcept {
    Matrix<T, rows, cols> product;
    for (int c = 0; c < cols; ++c) product[c] = a * b[c];
    return product;
}

template <class T>
LOCKSTEP_INLINE T determinant(const Matrix<T, 2>& m) noexcept {
    return cross(m[0], m[1]);
}
template <class T>
LOCKSTEP_INLINE T determinant(const Matrix<T, 3>& m) noexcept {
    return dot(m[0], cross(m[1], m[2]));
}

namespace detail {

// 0 where x is 0.
template <class T>
LOCKSTEP_INLINE T inverse(const T& x) noexcept {
    if constexpr (std::is_arithmetic_v<T>)
        return x == 0 ? T(0) : T(1) / x;
    else
        return select(x == T(0), T(0), T(1) / x);
}

}  // namespace detail

// The x with m * x = b, by Cramer's rule; 0 where m is singular.
template <class T>
LOCKSTEP_INLINE Vector<T, 2> solve(const Matrix<T, 2>& m, const Vector<T, 2>& b) noexcept {
    const T inverse = detail::inverse(determinant(m));
    return {inverse * cross(b, m[1]), inverse * cross(m[0], b)};
}
template <class T>
LOCKSTEP_INLINE Vector<T, 3> solve(const Matrix<T, 3>& m, const Vector<T, 3>& b) noexcept {
    const T inverse = detail::inverse(determinant(m));
    return {inverse * dot(b, cross(m[1], m[2])), inverse * dot(m[0], cross(b, m[2])),
            inverse * dot(m[0], cross(m[1], b))};
}

}  // namespace lockstep
