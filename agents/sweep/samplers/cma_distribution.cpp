
#include "agents/sweep/samplers/cma_distribution.hpp"

#include <algorithm>
#include <cmath>

#include "agents/statistics/scalar_math.hpp"
#include "agents/sweep/samplers/jacobi.hpp"

namespace lockstep::sweep {
namespace {

double length(std::span<const double> v) {
    double squares = 0;
    for (const double x : v) squares += x * x;
    return std::sqrt(squares);
}

// The average length of a standard normal vector, by the tutorial's approximation.
double usual_length(double n) { return std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)); }

}  // namespace

CmaDistribution::CmaDistribution(std::vector<double> mean, double sigma)
    : mean_(std::move(mean)),
      sigma_(sigma),
      path_(mean_.size()),
      sigma_path_(mean_.size()),
      covariance_(mean_.size() * mean_.size()) {
    for (std::size_t i = 0; i < mean_.size(); ++i) covariance_[i * mean_.size() + i] = 1;
    decompose();
}

double CmaDistribution::deviation(int i) const {
    const auto at = static_cast<std::size_t>(i);
    return sigma_ * std::sqrt(covariance_[at * mean_.size() + at]);
}

double CmaDistribution::longest() const { return sigma_ * *std::ranges::max_element(lengths_); }

double CmaDistribution::axis_ratio() const {
    const auto [least, most] = std::ranges::minmax(lengths_);
    return most / least;
}

void CmaDistribution::step(std::span<const double> normals, std::span<double> step) const {
    const std::size_t n = mean_.size();
    for (std::size_t i = 0; i < n; ++i) {
        step[i] = 0;
        for (std::size_t k = 0; k < n; ++k)
            step[i] += axes_[i * n + k] * (lengths_[k] * normals[k]);
    }
}

// Hansen 2011, equation 4, with the constants of section 4.
void CmaDistribution::shorten(std::span<double> step) const {
    const auto n = static_cast<double>(mean_.size());
    const double most = std::sqrt(n) + 2 * n / (n + 2), far = length(whitened(step));
    if (!(far > most)) return;
    for (double& coordinate : step) coordinate *= most / far;
}

void CmaDistribution::fold(std::span<const double> steps) {
    const std::size_t n = mean_.size();
    const Rates r = rates(steps.size() / n);
    std::vector<double> mean_step(n);
    for (std::size_t k = 0; k < r.weights.size() / 2; ++k)
        for (std::size_t i = 0; i < n; ++i) mean_step[i] += r.weights[k] * steps[k * n + i];
    for (std::size_t i = 0; i < n; ++i) mean_[i] += sigma_ * mean_step[i];
    bool stalled = false;
    move_paths(r, mean_step, stalled);
    move_covariance(r, steps, stalled);
    sigma_ *= scalar_exp(r.sigma_path / r.damping *
                         (length(sigma_path_) / usual_length(static_cast<double>(n)) - 1));
    decompose();
}

// Table 1 of the tutorial.
CmaDistribution::Rates CmaDistribution::rates(std::size_t population) const {
    const auto n = static_cast<double>(mean_.size()), lambda = static_cast<double>(population);
    Rates r{std::vector<double>(population)};
    double sum[2] = {}, squares[2] = {}, positive = 0, negative = 0;
    for (std::size_t k = 0; k < population; ++k) {
        const double w = scalar_log((lambda + 1) / 2) - scalar_log(static_cast<double>(k + 1));
        const bool worse = k >= population / 2;
        r.weights[k] = w, sum[worse] += w, squares[worse] += w * w;
        (w > 0 ? positive : negative) += std::abs(w);
    }
    r.mass = sum[0] * sum[0] / squares[0];
    const double mass_below = sum[1] * sum[1] / squares[1];
    r.rank_one = 2 / ((n + 1.3) * (n + 1.3) + r.mass);
    r.rank_mu = std::min(1 - r.rank_one - 1e-8,
                         2 * (r.mass - 2 + 1 / r.mass) / ((n + 2) * (n + 2) + r.mass));
    const double least = std::min({1 + r.rank_one / r.rank_mu, 1 + 2 * mass_below / (r.mass + 2),
                                   (1 - r.rank_one - r.rank_mu) / (n * r.rank_mu)});
    for (double& w : r.weights) w *= w >= 0 ? 1 / positive : least / negative;
    r.sigma_path = (r.mass + 2) / (n + r.mass + 5);
    r.damping = 1 + 2 * std::max(0.0, std::sqrt((r.mass - 1) / (n + 1)) - 1) + r.sigma_path;
    r.path = (4 + r.mass / n) / (n + 4 + 2 * r.mass / n);
    return r;
}

// The standard normals that make the step, up to a rotation.
std::vector<double> CmaDistribution::whitened(std::span<const double> step) const {
    const std::size_t n = mean_.size();
    std::vector<double> along(n), white(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k) along[k] += axes_[i * n + k] * step[i];
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k) white[i] += axes_[i * n + k] * (along[k] / lengths_[k]);
    return white;
}

// `stalled`: sigma grows so fast that the covariance's path should wait.
void CmaDistribution::move_paths(const Rates& r, std::span<const double> mean_step, bool& stalled) {
    const auto n = static_cast<double>(mean_.size());
    const std::vector<double> white = whitened(mean_step);
    const double gain = std::sqrt(r.sigma_path * (2 - r.sigma_path) * r.mass);
    for (std::size_t i = 0; i < white.size(); ++i)
        sigma_path_[i] = (1 - r.sigma_path) * sigma_path_[i] + gain * white[i];
    const double keep = (1 - r.sigma_path) * (1 - r.sigma_path);
    fading_ *= keep;
    stalled = length(sigma_path_) / std::sqrt(1 - fading_ * keep) >=
              (1.4 + 2 / (n + 1)) * usual_length(n);
    const double path_gain = stalled ? 0 : std::sqrt(r.path * (2 - r.path) * r.mass);
    for (std::size_t i = 0; i < path_.size(); ++i)
        path_[i] = (1 - r.path) * path_[i] + path_gain * mean_step[i];
}

void CmaDistribution::move_covariance(const Rates& r, std::span<const double> steps, bool stalled) {
    const std::size_t n = mean_.size();
    std::vector<double> weights = r.weights;
    double total = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
        total += weights[k];
        if (weights[k] >= 0) continue;
        const double far = length(whitened(steps.subspan(k * n, n)));
        weights[k] *= static_cast<double>(n) / (far * far + 1e-8);
    }
    const double lost = stalled ? r.path * (2 - r.path) : 0;
    const double kept = 1 + r.rank_one * lost - r.rank_one - r.rank_mu * total;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double outer = 0;
            for (std::size_t k = 0; k < weights.size(); ++k)
                outer += weights[k] * steps[k * n + i] * steps[k * n + j];
            double& c = covariance_[i * n + j];
            c = kept * c + r.rank_one * path_[i] * path_[j] + r.rank_mu * outer;
            covariance_[j * n + i] = c;
        }
    }
}

void CmaDistribution::decompose() {
    const std::size_t n = mean_.size();
    std::vector<double> matrix = covariance_;
    axes_.resize(n * n), lengths_.resize(n);
    diagonalize(matrix, axes_, static_cast<int>(n));
    // Rounding may make a zero length slightly negative.
    for (std::size_t i = 0; i < n; ++i)
        lengths_[i] = std::sqrt(std::max(matrix[i * n + i], 1e-300));
}

}  // namespace lockstep::sweep
