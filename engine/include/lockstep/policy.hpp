// A fixed policy, as a user names it.
//
// Must not:  know how a policy acts.
// Invariant: plain data: equal specs act alike in the same environment.
#pragma once

#include <string>
#include <vector>

namespace lockstep {

// A fixed policy by name: `random`, `basic` (the tutorials' angle rule) or `linear`.
struct PolicySpec {
    std::string name;
    // Of a linear policy: one weight per observation, or, with more than two actions or continuous
    // ones, [action or column][observation]; shared by all environments, or [weight][environment].
    std::vector<double> weights = {};

    friend bool operator==(const PolicySpec&, const PolicySpec&) = default;
};

}  // namespace lockstep
