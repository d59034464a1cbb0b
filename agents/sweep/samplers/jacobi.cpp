
#include "agents/sweep/samplers/jacobi.hpp"

#include <algorithm>
#include <cmath>

namespace lockstep::sweep {
namespace {

constexpr int max_sweeps = 50;

// Rotates entries a and b of a vector.
void turn(double& a, double& b, double cosine, double sine) {
    const double x = a, y = b;
    a = cosine * x - sine * y;
    b = sine * x + cosine * y;
}

}  // namespace

void diagonalize(std::span<double> matrix, std::span<double> axes, int n) {
    const auto size = static_cast<std::size_t>(n);
    const auto at = [&](std::size_t r, std::size_t c) -> double& { return matrix[r * size + c]; };
    std::ranges::fill(axes, 0.0);
    for (std::size_t i = 0; i < size; ++i) axes[i * size + i] = 1;
    bool turned = true;
    for (int sweep = 0; turned && sweep < max_sweeps; ++sweep) {
        turned = false;
        for (std::size_t p = 0; p < size; ++p) {
            for (std::size_t q = p + 1; q < size; ++q) {
                const double off = at(p, q);
                if (off * off <= 1e-34 * std::abs(at(p, p) * at(q, q))) continue;
                turned = true;
                const double ratio = (at(q, q) - at(p, p)) / (2 * off);
                const double tangent =
                    (ratio < 0 ? -1 : 1) / (std::abs(ratio) + std::sqrt(1 + ratio * ratio));
                const double cosine = 1 / std::sqrt(1 + tangent * tangent);
                const double sine = tangent * cosine;
                for (std::size_t i = 0; i < size; ++i) turn(at(p, i), at(q, i), cosine, sine);
                for (std::size_t i = 0; i < size; ++i) {
                    turn(at(i, p), at(i, q), cosine, sine);
                    turn(axes[i * size + p], axes[i * size + q], cosine, sine);
                }
                at(p, q) = at(q, p) = 0;
            }
        }
    }
}

}  // namespace lockstep::sweep
