// Compares two VectorEnvs column for column, bit for bit, and names the first difference.
#pragma once

#include <cstring>
#include <span>
#include <string>

#include <lockstep/vector_env.hpp>

#include "engine/environments/registry.hpp"

namespace lockstep::test {

template <class T>
std::string difference(const std::string& column, std::span<const T> a, std::span<const T> b) {
    if (a.size() != b.size()) return column + " has another size";
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::memcmp(&a[i], &b[i], sizeof(T)) == 0) continue;
        return column + " of world " + std::to_string(i) + ": " + std::to_string(a[i]) + " and " +
               std::to_string(b[i]);
    }
    return "";
}

// "" if all views are equal.
template <class Real>
std::string difference(const VectorEnv<Real>& a, const VectorEnv<Real>& b) {
    std::string found;
    const auto compare = [&](const std::string& column, const auto& x, const auto& y) {
        if (found.empty()) found = difference(column, x, y);
    };
    const auto states = column_names(a.about().state_columns());
    const auto observations = column_names(a.about().observations);
    for (int k = 0; k < a.about().state_count(); ++k)
        compare("state " + states[static_cast<std::size_t>(k)], a.state(k), b.state(k));
    for (int k = 0; k < a.about().observation_count(); ++k) {
        const std::string& name = observations[static_cast<std::size_t>(k)];
        compare("observation " + name, a.observation(k), b.observation(k));
        compare("final_observation " + name, a.final_observation(k), b.final_observation(k));
    }
    compare("reward", a.reward(), b.reward());
    compare("terminated", a.terminated(), b.terminated());
    compare("truncated", a.truncated(), b.truncated());
    compare("episode_return", a.episode_return(), b.episode_return());
    compare("episode_length", a.episode_length(), b.episode_length());
    if (found.empty() && a.hash() != b.hash()) found = "hash";
    return found;
}

}  // namespace lockstep::test
