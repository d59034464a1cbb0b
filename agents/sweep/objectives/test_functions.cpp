
#include "agents/sweep/objectives/test_functions.hpp"

#include <lockstep/detail/lane/math.hpp>

namespace lockstep::sweep {
namespace {

using V = TestFunction::Value;

V square(const V& x) { return x * x; }
V cosine(const V& x) { return sincos(x).cos; }

V sphere(std::span<const V> x) {
    V sum(0);
    for (const V& xi : x) sum = sum + square(xi);
    return sum;
}

V rosenbrock(std::span<const V> x) {
    V sum(0);
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
        sum = sum + V(100) * square(x[i + 1] - square(x[i])) + square(V(1) - x[i]);
    return sum;
}

V rastrigin(std::span<const V> x) {
    constexpr double turn = 6.283185307179586;
    V sum(10 * static_cast<double>(x.size()));
    for (const V& xi : x) sum = sum + square(xi) - V(10) * cosine(V(turn) * xi);
    return sum;
}

// Dixon and Szegö 1978; usually on [-5, 10] x [0, 15], with the minimum 0.397887.
V branin(std::span<const V> x) {
    constexpr double pi = 3.141592653589793;
    const V valley = x[1] - V(5.1 / (4 * pi * pi)) * square(x[0]) + V(5 / pi) * x[0] - V(6);
    return square(valley) + V(10 - 10 / (8 * pi)) * cosine(x[0]) + V(10);
}

// Dixon and Szegö 1978; on [0, 1]^6, with the minimum -3.32237.
V hartmann6(std::span<const V> x) {
    static constexpr double alpha[4] = {1.0, 1.2, 3.0, 3.2};
    static constexpr double a[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                       {0.05, 10, 17, 0.1, 8, 14},
                                       {3, 3.5, 1.7, 10, 17, 8},
                                       {17, 8, 0.05, 10, 0.1, 14}};
    static constexpr double p[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                       {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                       {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                       {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
    V sum(0);
    for (int k = 0; k < 4; ++k) {
        V distance(0);
        for (std::size_t i = 0; i < 6; ++i)
            distance = distance + V(a[k][i]) * square(x[i] - V(p[k][i]));
        sum = sum - V(alpha[k]) * exp(-distance);
    }
    return sum;
}

}  // namespace

std::span<const TestFunction> test_functions() {
    static constexpr TestFunction all[] = {{"sphere", sphere, 0},
                                           {"rosenbrock", rosenbrock, 0},
                                           {"rastrigin", rastrigin, 0},
                                           {"branin", branin, 2},
                                           {"hartmann6", hartmann6, 6}};
    return all;
}

}  // namespace lockstep::sweep
