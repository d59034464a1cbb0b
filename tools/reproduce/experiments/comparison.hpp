// How measured figures are turned into a verdict.
//
// Must not:  know experiments.
// Invariant: the verdict follows from the measured and published numbers alone.
#pragma once

#include <span>
#include <string>

#include "tools/reproduce/experiments.hpp"

namespace lockstep {

// "exact" if every number of `wanted` was measured and is equal, else "differs".
std::string exact_verdict(const Json& measured, const Json& wanted);

// The bound that the largest of `figures` |z|, independent or not, stays below at least 19 times
// in 20 (Bonferroni).
double joint_bound(int figures);

// The mean of independent values, with its standard error.
struct Estimate {
    double mean, standard_error;
};
Estimate estimate(std::span<const double> values);
// A share p of n independent trials.
Estimate estimate_share(double p, double n);

// Compares figures with those in published["reference"], whose standard errors are in its
// "standard_error" or are 0 where missing, and with the intervals in published["target"].
class Comparison {
public:
    explicit Comparison(const Json& published);

    void add(const std::string& name, double measured, double standard_error);
    void add(const std::string& name, Estimate e) { add(name, e.mean, e.standard_error); }
    void add_mean(const std::string& name, std::span<const double> values);
    // Must equal the reference, or differ from it by at most `tolerance`.
    void add_exact(const std::string& name, double measured, double tolerance = 0);
    // Must equal the printed number, or differ from it by at most `tolerance`.
    void add_printed(const std::string& name, double measured, double tolerance = 0);
    // Is compared with its target only, if it has one.
    void add_only_measured(const std::string& name, double measured);

    ExperimentResult finish();
    ExperimentResult finish(double sd);

private:
    void check_target(const std::string& name, double measured);
    void add_equal(const Json& wanted, const std::string& name, double measured, double tolerance);

    Json published_, reference_, targets_, measured_, dispersion_ = Json::object();
    double largest_ = 0;
    int compared_ = 0, equalled_ = 0;
    bool equal_ = true, within_ = true;
};

}  // namespace lockstep
