// A fixed policy prepared for a VectorEnv: its kernels looked up, its weights in columns.
//
// Must not:  know what a policy computes.
// Invariant: weights lie in memory from which a whole vector of sixteen worlds can be read.
#pragma once

#include <string>
#include <vector>

#include <lockstep/detail/policy/policy.hpp>
#include <lockstep/error.hpp>
#include <lockstep/policy.hpp>

#include "engine/environments/registry.hpp"
#include "engine/memory/layout.hpp"

namespace lockstep {

template <class Real>
class BoundPolicy {
public:
    // Throws ConfigError on an unknown policy, a policy that the environment cannot run, or the
    // wrong number of weights.
    BoundPolicy(const PolicySpec& spec, const Kernels<Real>& table, const Description& about,
                std::int64_t worlds)
        : kernels(&find(spec.name, table)), spec_(spec) {
        const auto weights = static_cast<std::size_t>(about.observation_count()) *
                             static_cast<std::size_t>(linear_outputs(about));
        const auto count = static_cast<std::size_t>(worlds);
        const bool linear = spec.name == "linear";
        const bool shared = spec.weights.size() == (linear ? weights : 0);
        if (!shared && !(linear && spec.weights.size() == weights * count)) {
            throw ConfigError("policy '" + spec.name + "' has " +
                              std::to_string(spec.weights.size()) + " weights: allowed " +
                              (linear ? std::to_string(weights) : "none"));
        }
        stride_ = shared ? 0 : padded(worlds);
        const std::size_t room = shared ? weights : weights * static_cast<std::size_t>(stride_);
        weights_.resize(room);
        for (std::size_t i = 0; i < spec.weights.size(); ++i) {
            const std::size_t at =
                shared ? i : i / count * static_cast<std::size_t>(stride_) + i % count;
            weights_[at] = static_cast<Real>(spec.weights[i]);
        }
    }

    const PolicySpec& spec() const { return spec_; }
    PolicyData<Real> data() const { return {weights_.data(), stride_}; }

    const PolicyKernels<Real>* kernels;

private:
    static const PolicyKernels<Real>& find(const std::string& name, const Kernels<Real>& table) {
        std::vector<std::string_view> known;
        for (const PolicyKernels<Real>& policy : table.policies) {
            if (policy.name == nullptr) continue;
            if (name == policy.name) return policy;
            known.emplace_back(policy.name);
        }
        throw ConfigError(unknown_name("policy", name, known));
    }

    PolicySpec spec_;
    std::int64_t stride_ = 0;
    std::vector<Real> weights_;
};

}  // namespace lockstep
