#include <lockstep/tools/experiments/comparison.hpp>

#include <algorithm>
#include <cmath>

#include <lockstep/agents/statistics.hpp>

namespace lockstep {

std::string exact_verdict(const Json& measured, const Json& wanted) {
    const bool equal = std::ranges::all_of(wanted.items(), [&](const auto& figure) {
        if (!figure.value().is_number()) return true;  // words about the figures
        return measured.contains(figure.key()) && measured.at(figure.key()) == figure.value();
    });
    return equal ? "exact" : "differs";
}

void Comparison::add(const char* name, double measured, double standard_error) {
    const double theirs = reference_.at("standard_error").at(name);
    const double combined = std::hypot(standard_error, theirs);
    const double z = (measured - reference_.at(name).get<double>()) / combined;
    measured_[name] = measured;
    dispersion_["standard_error"][name] = standard_error;
    dispersion_["z"][name] = z;
    consistent_ &= std::abs(z) <= 2;
}

void Comparison::add_mean(const char* name, std::span<const double> values) {
    const double sd = standard_deviation(values);
    add(name, mean(values), sd / std::sqrt(static_cast<double>(values.size())));
    dispersion_["sd"][name] = sd;
}

Findings Comparison::finish() {
    return {measured_, dispersion_, consistent_ ? "consistent" : "inconsistent"};
}

Findings Comparison::finish(double sd) {
    dispersion_["sd"] = sd;
    return finish();
}

}  // namespace lockstep
