// One action for every environment of a VectorEnv, of the kind that it takes: numbers or columns.
//
// Must not:  know how actions are chosen.
// Invariant: one of the two is empty, depending on the environment.
#pragma once

#include <cstdint>
#include <vector>

#include <lockstep/vector_env.hpp>

namespace lockstep {

template <class Real>
class ActionBuffer {
public:
    explicit ActionBuffer(const VectorEnv<Real>& env) {
        const auto worlds = static_cast<std::size_t>(env.size());
        columns_.resize(worlds * env.about().action_columns.size());
        if (columns_.empty()) numbers_.resize(worlds);
    }

    // act() takes the policy's actions now; step() makes a step with them.
    void act(const VectorEnv<Real>& env, const PolicySpec& policy) {
        columns_.empty() ? env.act(policy, numbers_) : env.act(policy, columns_);
    }
    void step(VectorEnv<Real>& env) const {
        columns_.empty() ? env.step(numbers_) : env.step(columns_);
    }

    std::vector<std::int32_t>& numbers() { return numbers_; }
    std::vector<Real>& columns() { return columns_; }  // [column][world]

private:
    std::vector<std::int32_t> numbers_;
    std::vector<Real> columns_;
};

}  // namespace lockstep
