
#include "tools/reproduce/experiments/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <lockstep/statistics.hpp>

namespace lockstep {

std::string exact_verdict(const Json& measured, const Json& wanted) {
    const bool equal = std::ranges::all_of(wanted.items(), [&](const auto& figure) {
        if (!figure.value.is_number()) return true;  // a description, not a figure
        return measured.contains(figure.name) && measured.at(figure.name) == figure.value;
    });
    return equal ? "exact" : "differs";
}

double joint_bound(int figures) {
    // Where erfc(z / sqrt 2), the chance of a larger |z|, is 0.05 / figures.
    double low = 0, high = 40;
    for (int i = 0; i < 60; ++i) {
        const double z = (low + high) / 2;
        (std::erfc(z / std::sqrt(2.0)) > 0.05 / figures ? low : high) = z;
    }
    return low;
}

Estimate estimate(std::span<const double> values) {
    const double n = static_cast<double>(values.size());
    return {mean(values), standard_deviation(values) / std::sqrt(n)};
}

Estimate estimate_share(double p, double n) { return {p, std::sqrt(p * (1 - p) / n)}; }

Comparison::Comparison(const Json& published)
    : published_(published),
      reference_(published.value("reference", Json::object())),
      targets_(published.value("target", Json::object())) {}

void Comparison::check_target(const std::string& name, double measured) {
    if (!targets_.contains(name)) return;
    const Json& target = targets_[name];
    const double least = target[0].get<double>(), most = target[1].get<double>();
    within_ &= measured >= least && measured <= most;
}

void Comparison::add(const std::string& name, double measured, double standard_error) {
    const Json errors = reference_.value("standard_error", Json::object());
    const double combined = std::hypot(standard_error, errors.value(name, 0.0).get<double>());
    const double z = (measured - reference_.at(name).get<double>()) / combined;
    measured_[name] = measured;
    dispersion_["standard_error"][name] = standard_error;
    dispersion_["z"][name] = z;
    within_ &= !std::isnan(z);
    largest_ = std::max(largest_, std::abs(z));
    ++compared_;
    check_target(name, measured);
}

void Comparison::add_mean(const std::string& name, std::span<const double> values) {
    add(name, estimate(values));
    dispersion_["sd"][name] = standard_deviation(values);
}

void Comparison::add_equal(const Json& wanted, const std::string& name, double measured,
                           double tolerance) {
    ++equalled_;
    measured_[name] = measured;
    equal_ &= std::abs(measured - wanted.at(name).get<double>()) <= tolerance;
    if (tolerance > 0) dispersion_["tolerance"][name] = tolerance;
    check_target(name, measured);
}

void Comparison::add_exact(const std::string& name, double measured, double tolerance) {
    add_equal(reference_, name, measured, tolerance);
}

void Comparison::add_printed(const std::string& name, double measured, double tolerance) {
    add_equal(published_, name, measured, tolerance);
}

void Comparison::add_only_measured(const std::string& name, double measured) {
    measured_[name] = measured;
    check_target(name, measured);
}

ExperimentResult Comparison::finish() {
    if (compared_ == 0 && equalled_ == 0)  // only targets
        return {measured_, dispersion_, within_ ? "consistent" : "inconsistent"};
    if (compared_ == 0) return {measured_, dispersion_, equal_ && within_ ? "exact" : "differs"};
    const double bound = joint_bound(compared_);
    dispersion_["z_bound"] = bound;
    const bool consistent = equal_ && within_ && largest_ <= bound;
    return {measured_, dispersion_, consistent ? "consistent" : "inconsistent"};
}

ExperimentResult Comparison::finish(double sd) {
    dispersion_["sd"] = sd;
    return finish();
}

}  // namespace lockstep
