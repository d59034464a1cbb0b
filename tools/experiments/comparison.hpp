// How measured figures become a verdict.
//
// Must not:  know experiments.
// Invariant: the verdict follows from the numbers in the findings alone.
#pragma once

#include <span>
#include <string>

#include <lockstep/tools/experiments.hpp>

namespace lockstep {

// "exact" where every number of `wanted` was measured and is equal, else "differs".
std::string exact_verdict(const Json& measured, const Json& wanted);

// Compares figures with those of published["reference"], where the standard error of both is known.
class Comparison {
public:
    explicit Comparison(const Json& published) : reference_(published.at("reference")) {}

    void add(const char* name, double measured, double standard_error);
    // The mean of independent values.
    void add_mean(const char* name, std::span<const double> values);
    void add_only_measured(const std::string& name, double measured) { measured_[name] = measured; }

    Findings finish();
    Findings finish(double sd);

private:
    Json reference_, measured_, dispersion_;
    bool consistent_ = true;
};

}  // namespace lockstep
