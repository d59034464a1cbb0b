// Small vectors and matrices, of numbers and of lanes: products and systems of equations.

#include <cstdint>
#include <random>

#include <lockstep/detail/lane/matrix.hpp>
#include <lockstep/detail/lane/scalar.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"

namespace lockstep::test {
namespace {

// Whole numbers, which doubles hold exactly.
template <int rows, int cols = rows>
Matrix<double, rows, cols> whole_matrix(std::mt19937_64& random) {
    Matrix<double, rows, cols> m;
    for (auto& column : m.column)
        for (double& x : column.element)
            x = static_cast<double>(std::uniform_int_distribution<int>(-9, 9)(random));
    return m;
}
template <int n>
Vector<double, n> whole_vector(std::mt19937_64& random) {
    return whole_matrix<n, 1>(random)[0];
}

template <int n>
void check_same(const Vector<double, n>& a, const Vector<double, n>& b) {
    for (int i = 0; i < n; ++i) CHECK(a[i] == b[i]);
}

// Leibniz's formula: the sum over all permutations of the rows.
double leibniz(const Matrix<double, 2>& m) { return m[0][0] * m[1][1] - m[0][1] * m[1][0]; }
double leibniz(const Matrix<double, 3>& m) {
    double sum = 0;
    const int orders[6][3] = {{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 2, 1}, {1, 0, 2}, {2, 1, 0}};
    for (int k = 0; k < 6; ++k) {
        const auto [a, b, c] = orders[k];
        sum += (k < 3 ? 1 : -1) * m[0][a] * m[1][b] * m[2][c];
    }
    return sum;
}

// A system with an integer solution and a power of two as determinant, so that it is exact.
template <int n>
void check_solved(std::mt19937_64& random, const Matrix<double, n>& m) {
    const Vector<double, n> x = whole_vector<n>(random);
    check_same(solve(m, m * x), x);
}

}  // namespace

TEST_CASE("small matrices multiply", "[matrix]") {
    std::mt19937_64 random = random_numbers("small matrices");
    for (int round = 0; round < 100; ++round) {
        const auto a = whole_matrix<3, 2>(random);
        const auto b = whole_matrix<2, 4>(random);
        const Matrix<double, 3, 4> product = a * b;
        for (int r = 0; r < 3; ++r)
            for (int c = 0; c < 4; ++c)
                CHECK(product[c][r] == a[0][r] * b[c][0] + a[1][r] * b[c][1]);
        const auto v = whole_vector<4>(random);
        check_same(product * v, a * (b * v));
        for (int c = 0; c < 3; ++c)
            check_same((transposed(b) * transposed(a))[c], transposed(product)[c]);
        const auto p = whole_vector<3>(random), q = whole_vector<3>(random);
        CHECK(dot(p, cross(p, q)) == 0);
        CHECK(dot(p + q, p - q) == dot(p, p) - dot(q, q));
        CHECK(determinant(whole_matrix<2>(random) * Matrix<double, 2>{{{0, 0}, {0, 0}}}) == 0);
    }
}

TEST_CASE("determinants are Leibniz's", "[matrix]") {
    std::mt19937_64 random = random_numbers("determinants");
    for (int round = 0; round < 100; ++round) {
        const auto two = whole_matrix<2>(random);
        const auto three = whole_matrix<3>(random);
        CHECK(determinant(two) == leibniz(two));
        CHECK(determinant(three) == leibniz(three));
    }
}

TEST_CASE("systems of two and three equations are solved", "[matrix]") {
    std::mt19937_64 random = random_numbers("systems of equations");
    for (int round = 0; round < 100; ++round) {
        const double k = whole_vector<1>(random)[0], l = whole_vector<1>(random)[0];
        check_solved<2>(random, {{{1, k}, {l, k * l + 2}}});
        check_solved<3>(random, {{{1, k, l}, {0, 4, k}, {0, 0, -2}}});
        check_solved<3>(random, {{{0, 0, -2}, {1, k, l}, {0, 4, k}}});
    }
    check_same(solve(Matrix<double, 2>{{{1, 2}, {2, 4}}}, {{3, 4}}), {{0, 0}});
    check_same(solve(Matrix<double, 3>{{{1, 2, 3}, {2, 4, 6}, {0, 0, 1}}}, {{3, 4, 5}}),
               {{0, 0, 0}});
}

TEST_CASE("lanes are solved each for itself", "[matrix]") {
    using Real = Vec<Scalar, double>;
    std::mt19937_64 random = random_numbers("lanes of equations");
    Matrix<double, 3> alone[lane_count];
    Vector<double, 3> wanted[lane_count];
    double number[3][4][lane_count];
    for (int lane = 0; lane < lane_count; ++lane) {
        alone[lane] = lane == 7 ? Matrix<double, 3>{} : whole_matrix<3>(random);
        const auto b = whole_vector<3>(random);
        wanted[lane] = solve(alone[lane], b);
        for (int r = 0; r < 3; ++r) {
            for (int c = 0; c < 3; ++c) number[r][c][lane] = alone[lane][c][r];
            number[r][3][lane] = b[r];
        }
    }
    Matrix<Real, 3> m;
    Vector<Real, 3> b;
    for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 3; ++c) m[c][r] = Real::load(number[r][c]);
        b[r] = Real::load(number[r][3]);
    }
    const Vector<Real, 3> x = solve(m, b);
    for (int r = 0; r < 3; ++r) {
        double found[lane_count];
        x[r].store(found);
        for (int lane = 0; lane < lane_count; ++lane) CHECK(found[lane] == wanted[lane][r]);
    }
}

}  // namespace lockstep::test
