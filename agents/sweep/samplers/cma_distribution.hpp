// The normal distribution that CMA-ES adapts: N. Hansen, "The CMA Evolution Strategy: A Tutorial"
// (2016), figure 6, with negative weights for the worse half.
//
// Must not:  know bounds, losses, or where steps come from.
// Invariant: made only of + - * / sqrt and our own exp and log: the same bits on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::sweep {

class CmaDistribution {
public:
    CmaDistribution(std::vector<double> mean, double sigma);

    int size() const { return static_cast<int>(mean_.size()); }
    std::span<const double> mean() const { return mean_; }
    double sigma() const { return sigma_; }
    // [row][column], of steps before they are scaled by sigma.
    std::span<const double> covariance() const { return covariance_; }
    // The standard deviation of a coordinate.
    double deviation(int i) const;
    // The length of the longest axis; then its ratio to the shortest.
    double longest() const;
    double axis_ratio() const;

    // The step that standard normals make; its covariance is covariance().
    void step(std::span<const double> normals, std::span<double> step) const;
    // Makes a step no longer than the distribution's own steps.
    void shorten(std::span<double> step) const;
    // Moves by a population's steps, [rank][coordinate], best first.
    void fold(std::span<const double> steps);

private:
    // The constants that depend on how many steps are folded.
    struct Rates {
        std::vector<double> weights;
        double mass = 0;  // of the better half: mu_eff
        double path = 0, sigma_path = 0, damping = 0, rank_one = 0, rank_mu = 0;
    };
    Rates rates(std::size_t population) const;
    std::vector<double> whitened(std::span<const double> step) const;
    void move_paths(const Rates& rates, std::span<const double> mean_step, bool& stalled);
    void move_covariance(const Rates& rates, std::span<const double> steps, bool stalled);
    void decompose();

    std::vector<double> mean_;
    double sigma_;
    double fading_ = 1;  // (1 - c_sigma)^(2 generations)
    std::vector<double> path_, sigma_path_;
    std::vector<double> covariance_, axes_, lengths_;  // C = axes diag(lengths)^2 axes^T
};

}  // namespace lockstep::sweep
